using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>
/// The CXL BI Route Table capability, id 0xB: how back-invalidate responses find their way down from a host bridge or upstream port.
/// </summary>
public static class BiRouteTableRegisters
{
    /// <summary>Offset of the control register in the capability.</summary>
    public const int ControlOffset = 0x04;

    /// <summary>Offset of the status register in the capability.</summary>
    public const int StatusOffset = 0x08;

    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL BI route table capability", length: 0x0C, spec: "CXL 3.0 §8.2.4.25");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Changes take effect by commit only.</summary>
    public static Field<bool> ExplicitCommit { get; } = Map.Field<bool>("Explicit BI RT Commit Required", 0x00, 0, 0, HwInit);

    /// <summary>
    /// Software's request: from 0 to 1. The table then takes over the bus numbers of the ports below whose BI decoders are in force, and keeps them until the next
    /// commit.
    /// </summary>
    public static Field<bool> Commit { get; } = Map.Field<bool>("BI RT Commit", 0x04, 0, 0, RW);

    /// <summary>The table is in force.</summary>
    public static Field<bool> Committed { get; } = Map.Field<bool>("Committed", 0x08, 0, 0, RO);

    /// <summary>The last commit was refused.</summary>
    public static Field<bool> NotCommitted { get; } = Map.Field<bool>("Error Not Committed", 0x08, 1, 1, RO);

    /// <summary>0 to 7 are powers of ten from 1 us to 10 s.</summary>
    public static Field<byte> TimeoutScale { get; } = Map.Field<byte>("Commit Timeout Scale", 0x08, 11, 8, HwInit);

    /// <summary>How long a commit takes at most, in units of the scale.</summary>
    public static Field<byte> TimeoutBase { get; } = Map.Field<byte>("Commit Timeout Base", 0x08, 15, 12, HwInit, resetValue: 1);
}
