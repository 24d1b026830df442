using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Power Management capability, id 1.</summary>
/// <remarks>
/// No power management events: PME support reads 0. In D3hot a function answers configuration requests alone: its BARs and windows decode
/// nothing and it sends no interrupts. CXL.cache and CXL.mem go on.
/// </remarks>
public static class PowerManagementRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } =
        PciCapability.NewMap("Power Management capability", 0x08, "PCI Express, Power Management capability", id: 0x01);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>D3hot, in <see cref="PowerState"/>.</summary>
    public const byte D3Hot = 3;

    /// <summary>Version of the interface: 3.</summary>
    public static Field<byte> Version { get; } = Map.Field<byte>("Version", 0x02, 2, 0, HwInit, resetValue: 3);

    /// <summary>0 is D0, 3 is D3hot (<see cref="D3Hot"/>). The other states do not exist here; software finds what it wrote.</summary>
    public static Field<byte> PowerState { get; } = Map.Field<byte>("PowerState", 0x04, 1, 0, RW);

    /// <summary>Going from D3hot to D0 resets nothing.</summary>
    public static Field<bool> NoSoftReset { get; } = Map.Field<bool>("No_Soft_Reset", 0x04, 3, 3, HwInit, resetValue: true);
}
