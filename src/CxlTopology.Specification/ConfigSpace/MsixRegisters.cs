using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The MSI-X capability, id 0x11.</summary>
public static class MsixRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = PciCapability.NewMap("MSI-X capability", 0x0C, "PCI Express, MSI-X capability", id: 0x11);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Vectors less one: 0 to 2047.</summary>
    public static Field<ushort> TableSize { get; } = Map.Field<ushort>("Table Size", 0x02, 10, 0, HwInit);

    /// <summary>All vectors are masked.</summary>
    public static Field<bool> FunctionMask { get; } = Map.Field<bool>("Function Mask", 0x02, 14, 14, RW);

    /// <summary>Interrupts are sent as MSI-X messages.</summary>
    public static Field<bool> Enable { get; } = Map.Field<bool>("MSI-X Enable", 0x02, 15, 15, RW);

    /// <summary>The base address register the vector table is in.</summary>
    public static Field<byte> TableBar { get; } = Map.Field<byte>("Table BIR", 0x04, 2, 0, HwInit);

    /// <summary>Where in it, in units of 8 bytes.</summary>
    public static Field<uint> TableOffset { get; } = Map.Field<uint>("Table Offset", 0x04, 31, 3, HwInit);

    /// <summary>The base address register the pending bits are in.</summary>
    public static Field<byte> PendingBar { get; } = Map.Field<byte>("PBA BIR", 0x08, 2, 0, HwInit);

    /// <summary>Where in it, in units of 8 bytes.</summary>
    public static Field<uint> PendingOffset { get; } = Map.Field<uint>("PBA Offset", 0x08, 31, 3, HwInit);
}
