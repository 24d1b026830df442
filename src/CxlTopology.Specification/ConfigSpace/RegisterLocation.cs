namespace CxlTopology.Specification;

/// <summary>Where a block of registers lies: one entry of a register locator.</summary>
/// <param name="Block">Which block.</param>
/// <param name="Bar">The base address register, 0 to 5.</param>
/// <param name="Offset">Bytes from its start, a multiple of 64 KiB.</param>
public readonly record struct RegisterLocation(RegisterBlockId Block, byte Bar, ulong Offset)
{
    /// <summary>Offsets are multiples of this.</summary>
    public const ulong Alignment = 0x10000;
}
