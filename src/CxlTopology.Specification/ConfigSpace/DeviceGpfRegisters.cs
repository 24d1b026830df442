using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The GPF DVSEC for a CXL device, id 5: how long it takes to flush and what that needs.</summary>
public static class DeviceGpfRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = Dvsec.NewMap("GPF DVSEC for CXL Device", 0x10, "CXL 3.1 §8.1.7", revision: 0, id: 5);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Duration of phase 2 in units of its scale. 3 s by default.</summary>
    public static Field<byte> Phase2Base { get; } = Map.Field<byte>("Device GPF Phase 2 Duration Base", 0x0A, 3, 0, HwInit, resetValue: 3);

    /// <summary>0 to 7 are powers of ten from 1 us to 10 s.</summary>
    public static Field<byte> Phase2Scale { get; } =
        Map.Field<byte>("Device GPF Phase 2 Duration Scale", 0x0A, 11, 8, HwInit, resetValue: 6);

    /// <summary>Active power in phase 2, in mW. 51 by default.</summary>
    public static Field<uint> Phase2Power { get; } = Map.Field<uint>("Device GPF Phase 2 Power", 0x0C, 31, 0, HwInit, resetValue: 0x33);
}
