using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The CXL Snoop Filter capability, id 8: of root ports and host bridges.</summary>
public static class SnoopFilterRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL snoop filter capability", length: 0x08, spec: "CXL 3.1 §8.2.4.23");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Ports with the same id share one snoop filter.</summary>
    public static Field<ushort> GroupId { get; } = Map.Field<ushort>("Snoop Filter Group ID", 0x00, 15, 0, HwInit);

    /// <summary>Lines of device caches it tracks, as a size in bytes.</summary>
    public static Field<uint> EffectiveSize { get; } = Map.Field<uint>("Snoop Filter Effective Size", 0x04, 31, 0, HwInit);
}
