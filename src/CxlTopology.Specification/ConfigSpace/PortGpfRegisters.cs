using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The GPF DVSEC for a CXL port, id 4: how long global persistent flush may take below it.</summary>
public static class PortGpfRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = Dvsec.NewMap("GPF DVSEC for CXL Port", 0x10, "CXL 3.1 §8.1.6", revision: 0, id: 4);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Timeout of phase 1, in units of its scale.</summary>
    public static Field<byte> Phase1Base { get; } = Map.Field<byte>("Port GPF Phase 1 Timeout Base", 0x0C, 3, 0, RW);

    /// <summary>0 to 7 are powers of ten from 1 us to 10 s.</summary>
    public static Field<byte> Phase1Scale { get; } = Map.Field<byte>("Port GPF Phase 1 Timeout Scale", 0x0C, 11, 8, RW);

    /// <summary>Timeout of phase 2, in units of its scale.</summary>
    public static Field<byte> Phase2Base { get; } = Map.Field<byte>("Port GPF Phase 2 Timeout Base", 0x0E, 3, 0, RW);

    /// <summary>Scale of it, alike.</summary>
    public static Field<byte> Phase2Scale { get; } = Map.Field<byte>("Port GPF Phase 2 Timeout Scale", 0x0E, 11, 8, RW);
}
