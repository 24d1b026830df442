using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The MSI capability, id 5: one vector, 64-bit address, mask and pending bit.</summary>
public static class MsiRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = PciCapability.NewMap("MSI capability", 0x18, "PCI Express, MSI capability", id: 0x05);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Interrupts are sent as messages.</summary>
    public static Field<bool> Enable { get; } = Map.Field<bool>("MSI Enable", 0x02, 0, 0, RW);

    /// <summary>Logarithm of the vectors there are: 0.</summary>
    public static Field<byte> VectorsCapable { get; } = Map.Field<byte>("Multiple Message Capable", 0x02, 3, 1, HwInit);

    /// <summary>Logarithm of the vectors software allots; stored, of no effect beyond the first.</summary>
    public static Field<byte> VectorsEnabled { get; } = Map.Field<byte>("Multiple Message Enable", 0x02, 6, 4, RW);

    /// <summary>The address has 64 bits.</summary>
    public static Field<bool> Address64 { get; } = Map.Field<bool>("64-bit Address Capable", 0x02, 7, 7, HwInit, resetValue: true);

    /// <summary>There are a mask and a pending bit.</summary>
    public static Field<bool> MaskCapable { get; } = Map.Field<bool>("Per-Vector Masking Capable", 0x02, 8, 8, HwInit, resetValue: true);

    /// <summary>Bits 31:2 of the address the message is written to; it is a multiple of 4.</summary>
    public static Field<uint> AddressLow { get; } = Map.Field<uint>("Message Address", 0x04, 31, 2, RW);

    /// <summary>Bits 63:32 of it.</summary>
    public static Field<uint> AddressHigh { get; } = Map.Field<uint>("Message Upper Address", 0x08, 31, 0, RW);

    /// <summary>What is written.</summary>
    public static Field<ushort> Data { get; } = Map.Field<ushort>("Message Data", 0x0C, 15, 0, RW);

    /// <summary>The vector is masked; its pending bit is set instead of sending it.</summary>
    public static Field<bool> Masked { get; } = Map.Field<bool>("Mask Bit", 0x10, 0, 0, RW);

    /// <summary>It waits to be sent.</summary>
    public static Field<bool> Pending { get; } = Map.Field<bool>("Pending Bit", 0x14, 0, 0, RO);
}
