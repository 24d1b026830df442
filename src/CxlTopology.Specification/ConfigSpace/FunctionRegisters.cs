using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The registers of a further function of a device, at the start of its BAR 0: a doorbell that interrupts, and words that keep what is written.</summary>
/// <remarks>What a function does with its BARs is its maker's to say; these let software see that it works, interrupts, and forgets in a reset.</remarks>
public static class FunctionRegisters
{
    /// <summary>Words that keep what is written.</summary>
    public const int Words = 8;

    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("Function registers", 0x40, "the device's own, in a BAR of PCI Express");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>A write interrupts by the MSI-X vector of that number.</summary>
    public static Field<ushort> Doorbell { get; } = Map.Field<ushort>("Doorbell", 0x00, 15, 0, WO);

    /// <summary>How often it was rung, modulo 2^32.</summary>
    public static Field<uint> Rings { get; } = Map.Field<uint>("Rings", 0x04, 31, 0, RO);

    /// <summary>Words that keep what is written.</summary>
    public static IReadOnlyList<Field<uint>> Scratch { get; } =
        [.. Enumerable.Range(0, Words).Select(i => Map.Field<uint>($"Scratch {i}", 0x20 + 4 * i, 31, 0, RW))];

    /// <summary>The space that they are in.</summary>
    public static RegisterLayout Layout { get; } = Build();

    /// <summary>Where in the space they are.</summary>
    public static RegisterBlock Block => Layout.Blocks[0];

    private static RegisterLayout Build()
    {
        var builder = new RegisterLayoutBuilder("registers of a further function", Map.Length);
        builder.Add(Map, 0, ResetClass.Function);
        return builder.Build();
    }
}
