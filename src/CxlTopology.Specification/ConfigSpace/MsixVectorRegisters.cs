using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>One vector of the MSI-X table: what is written where when it fires.</summary>
public static class MsixVectorRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("MSI-X table entry", length: 0x10, spec: "PCI Express, MSI-X table");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Bits 31:2 of the address the message is written to; it is a multiple of 4.</summary>
    public static Field<uint> AddressLow { get; } = Map.Field<uint>("Message Address", 0x00, 31, 2, RW);

    /// <summary>Bits 63:32 of it.</summary>
    public static Field<uint> AddressHigh { get; } = Map.Field<uint>("Message Upper Address", 0x04, 31, 0, RW);

    /// <summary>What is written.</summary>
    public static Field<uint> Data { get; } = Map.Field<uint>("Message Data", 0x08, 31, 0, RW);

    /// <summary>The vector is masked; its pending bit is set instead of sending it.</summary>
    public static Field<bool> Masked { get; } = Map.Field<bool>("Mask Bit", 0x0C, 0, 0, RW, resetValue: true);
}
