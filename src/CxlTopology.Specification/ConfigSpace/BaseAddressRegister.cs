using System.Numerics;

namespace CxlTopology.Specification;

/// <summary>A memory base address register as a function declares it: software finds its size by which bits it can write.</summary>
/// <param name="Index">0 to 5; a 64-bit one takes the next as well.</param>
/// <param name="Size">Bytes, a power of two from 128; up to 2 GiB in 32 bits.</param>
/// <param name="Is64Bit">It takes two registers.</param>
/// <param name="Prefetchable">Reads have no side effects.</param>
public readonly record struct BaseAddressRegister(int Index, ulong Size, bool Is64Bit = true, bool Prefetchable = false)
{
    /// <summary>The smallest one.</summary>
    public const ulong SizeMin = 128;

    private const int FirstOffset = 0x10;

    /// <summary>Offset of the (low) register in configuration space.</summary>
    public int Offset => FirstOffset + (4 * Index);

    /// <summary>The address software wrote; all ones above the size's bits while it is sizing.</summary>
    /// <param name="registers">Configuration space.</param>
    public ulong Address(RegisterBank registers) =>
        (registers.Word(Offset) & ~0xFUL) | (Is64Bit ? (ulong)registers.Word(Offset + 4) << 32 : 0);

    /// <summary>Declares the rows of the registers of a header, ascending by index.</summary>
    /// <exception cref="ArgumentException">Two overlap, one does not fit, or a size is not possible.</exception>
    internal static void Declare(RegisterMap map, IReadOnlyList<BaseAddressRegister> registers, int count)
    {
        int free = 0;
        foreach (BaseAddressRegister register in registers)
        {
            register.Check(free, count);
            register.Declare(map);
            free = register.Index + (register.Is64Bit ? 2 : 1);
        }
    }

    private void Check(int free, int count)
    {
        if (Index < free || Index + (Is64Bit ? 2 : 1) > count)
            throw new ArgumentException($"BAR {Index} overlaps the one before, or reaches past the {count} there are.");
        if (Size < SizeMin || !BitOperations.IsPow2(Size) || (!Is64Bit && Size > 1UL << 31))
            throw new ArgumentException($"BAR {Index}: sizes are powers of two from {SizeMin} bytes, up to 2 GiB in 32 bits, not {Size}.");
    }

    private void Declare(RegisterMap map)
    {
        int bits = BitOperations.Log2(Size);
        map.Field<byte>($"BAR {Index} Type", Offset, 2, 1, RegisterAccess.HwInit, (byte)(Is64Bit ? 2 : 0));
        map.Field($"BAR {Index} Prefetchable", Offset, 3, 3, RegisterAccess.HwInit, Prefetchable);
        if (bits < 32)
            map.Field<uint>($"BAR {Index} Base", Offset, 31, bits, RegisterAccess.RW);
        if (Is64Bit)
            map.Field<uint>($"BAR {Index} Base High", Offset + 4, 31, Math.Max(0, bits - 32), RegisterAccess.RW);
    }
}
