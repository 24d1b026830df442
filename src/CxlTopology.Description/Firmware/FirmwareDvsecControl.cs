namespace CxlTopology.Description;

/// <summary>Firmware writes the Control register of an endpoint's CXL device DVSEC.</summary>
public sealed record FirmwareDvsecControl : FirmwareEntry
{
    /// <summary>The 16 bits written.</summary>
    public required ushort Value { get; init; }
}
