using CxlTopology.Specification;

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

    /// <summary>What a function shows: what is stated, over what is usual.</summary>
    public PciIdentity Over(PciIdentity usual) => new()
    {
        VendorId = (ushort?)Vendor ?? usual.VendorId,
        DeviceId = (ushort?)Device ?? usual.DeviceId,
        ClassCode = (uint?)Class ?? usual.ClassCode,
        Revision = (byte?)Revision ?? usual.Revision,
        SubsystemVendorId = (ushort?)SubsystemVendor ?? usual.SubsystemVendorId,
        SubsystemId = (ushort?)Subsystem ?? usual.SubsystemId,
    };
}
