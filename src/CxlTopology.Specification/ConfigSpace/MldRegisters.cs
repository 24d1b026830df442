using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The MLD DVSEC, id 9: the logical devices of a multi-logical device, as its fabric manager sees them.</summary>
public static class MldRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = Dvsec.NewMap("MLD DVSEC", 0x10, "CXL DVSEC 9, MLD", revision: 0, id: 9);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Logical devices, not counting the one the fabric manager owns.</summary>
    public static Field<ushort> LogicalDevices { get; } = Map.Field<ushort>("Number of LDs Supported", 0x0A, 15, 0, HwInit);

    /// <summary>Asks for a hot reset of logical device n, bit n; bits of those that are not there do nothing.</summary>
    public static Field<ushort> HotResetVector { get; } = Map.Field<ushort>("LD-ID Hot Reset Vector", 0x0C, 15, 0, WO);
}
