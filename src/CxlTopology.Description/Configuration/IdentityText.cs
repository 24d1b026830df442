namespace CxlTopology.Description;

/// <summary>What a file states of the identity of endpoints; what is null is the default of the device's type.</summary>
internal sealed record IdentityText
{
    public int? Vendor { get; init; }

    public int? Device { get; init; }

    public int? Class { get; init; }

    public int? Revision { get; init; }

    public int? SubsystemVendor { get; init; }

    public int? Subsystem { get; init; }
}
