namespace CxlTopology.Specification;

/// <summary>A register space: blocks at offsets, their masks merged once, shared by every instance.</summary>
/// <remarks>
/// Only registers with a field take room in an instance. What lies between reads 0 and ignores writes (reserved), as do ranges that belong
/// to another owner; what lies outside of the space is the caller's.
/// </remarks>
public sealed class RegisterLayout
{
    private readonly ushort[] slots;
    private readonly RegisterSlot[] registers;
    private readonly uint[] initial;

    internal RegisterLayout(RegisterLayoutBuilder builder)
    {
        Name = builder.Name;
        Length = builder.Length;
        AccessMax = builder.AccessMax;
        Blocks = [.. builder.Blocks.OrderBy(block => block.Offset)];
        Ranges = [.. builder.Ranges.OrderBy(range => range.Offset)];
        slots = new ushort[Length / 4];

        List<RegisterSlot> list = [];
        List<uint> values = [];
        foreach (RegisterBlock block in Blocks)
        {
            uint[] reset = block.Map.ResetWords;
            int first = list.Count;
            for (int word = 0; word < reset.Length; word++)
            {
                RegisterMasks masks = block.Map.MasksOf(word);
                if (masks.Declared == 0)
                    continue;
                list.Add(new RegisterSlot(block.Offset + (word * 4), masks, block.ResetClass));
                values.Add(reset[word]);
                slots[(block.Offset >> 2) + word] = (ushort)list.Count;
            }

            if (block.LockField is not Field<bool> lockField)
                continue;
            int lockSlot = SlotOf(block.OffsetOf(lockField));
            for (int i = first; i < list.Count; i++)
                list[i] = list[i] with { LockSlot = lockSlot, LockMask = lockField.Mask };
        }

        registers = [.. list];
        initial = [.. values];
        foreach (InitialValue value in builder.Values)
        {
            ref uint word = ref initial[SlotOf(value.Offset)];
            word = (word & ~value.Mask) | value.Value;
        }
    }

    /// <summary>What the space is.</summary>
    public string Name { get; }

    /// <summary>Bytes in the space.</summary>
    public int Length { get; }

    /// <summary>The widest access software may make, in bytes: 4 or 8.</summary>
    public int AccessMax { get; }

    /// <summary>The blocks, ascending by offset.</summary>
    public IReadOnlyList<RegisterBlock> Blocks { get; }

    /// <summary>What belongs to other owners, ascending by offset.</summary>
    public IReadOnlyList<RegisterRange> Ranges { get; }

    /// <summary>Registers that have a field; an instance that was written to holds 4 bytes for each.</summary>
    public int RegisterCount => registers.Length;

    /// <summary>
    /// Whether software may make such an access: 1, 2, 4 or 8 bytes up to the widest, naturally aligned, inside the space.
    /// </summary>
    public bool Accepts(long offset, int size) =>
        size is 1 or 2 or 4 or 8 && size <= AccessMax && offset >= 0 && offset <= Length - size && (offset & (size - 1)) == 0;

    /// <summary>The block an offset lies in; null if it is reserved or another owner's.</summary>
    public RegisterBlock? BlockAt(int offset)
    {
        foreach (RegisterBlock block in Blocks)
        {
            if (block.Contains(offset))
                return block;
        }

        return null;
    }

    /// <summary>The range of another owner an offset lies in; null if there is none.</summary>
    public RegisterRange? RangeAt(int offset)
    {
        foreach (RegisterRange range in Ranges)
        {
            if (range.Contains(offset))
                return range;
        }

        return null;
    }

    /// <summary>The block of a map; null if the space has none, the first if it has several.</summary>
    public RegisterBlock? Find(RegisterMap map)
    {
        foreach (RegisterBlock block in Blocks)
        {
            if (ReferenceEquals(block.Map, map))
                return block;
        }

        return null;
    }

    /// <summary>The initial value of the register at an offset, a multiple of 4; 0 where there is none.</summary>
    public uint InitialAt(int offset)
    {
        int slot = SlotOf(offset);
        return slot < 0 ? 0 : initial[slot];
    }

    /// <summary>Bits of the register at an offset, a multiple of 4, that belong to a field.</summary>
    public uint DeclaredAt(int offset)
    {
        int slot = SlotOf(offset);
        return slot < 0 ? 0 : registers[slot].Masks.Declared;
    }

    internal ReadOnlySpan<uint> Initial => initial;

    /// <summary>The index of a register in an instance; negative if no register lies there.</summary>
    internal int SlotOf(int offset) => slots[offset >> 2] - 1;

    internal ref readonly RegisterSlot At(int slot) => ref registers[slot];
}
