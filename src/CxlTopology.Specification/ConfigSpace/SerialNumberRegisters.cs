using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Device Serial Number extended capability, id 3.</summary>
public static class SerialNumberRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = PciExtendedCapability.NewMap(
        "Device Serial Number capability", 0x0C, "PCI Express, Device Serial Number capability", id: 0x0003, version: 1);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Bits 31:0 of the serial number.</summary>
    public static Field<uint> Low { get; } = Map.Field<uint>("Serial Number Low", 0x04, 31, 0, HwInit);

    /// <summary>Bits 63:32 of it.</summary>
    public static Field<uint> High { get; } = Map.Field<uint>("Serial Number High", 0x08, 31, 0, HwInit);
}
