namespace CxlTopology.Specification;

/// <summary>The fields of one kind of register block, in the specification's order. Shared by all instances of the block.</summary>
/// <remarks>
/// Rows are declared once, ascending by register and bit, before the first <see cref="RegisterFile"/> of the map is made. A row that
/// overlaps another, does not ascend, or does not fit its type is refused when declared. The masks a write needs are kept up as rows come.
/// </remarks>
public sealed class RegisterMap
{
    /// <summary>The longest block: 64 KiB, a whole component register block.</summary>
    public const int LengthMax = 0x10000;

    private readonly List<RegisterField> fields = [];
    private readonly RegisterMasks[] masks;
    private readonly uint[] reset;
    private bool inUse;

    /// <summary>An empty map.</summary>
    /// <param name="name">What the block is called in the specification.</param>
    /// <param name="length">Bytes, a multiple of 4 up to <see cref="LengthMax"/>.</param>
    /// <param name="spec">Where the block is defined, with the revision.</param>
    public RegisterMap(string name, int length, string spec)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(spec);
        if (length is <= 0 or > LengthMax || length % 4 != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A register block has 4 to {LengthMax} bytes, in fours.");
        Name = name;
        Length = length;
        Spec = spec;
        masks = new RegisterMasks[length / 4];
        reset = new uint[length / 4];
    }

    /// <summary>What the block is called.</summary>
    public string Name { get; }

    /// <summary>Bytes in the block.</summary>
    public int Length { get; }

    /// <summary>Where the block is defined.</summary>
    public string Spec { get; }

    /// <summary>The rows, ascending.</summary>
    public IReadOnlyList<RegisterField> Fields => fields;

    /// <summary>The value software reads at an offset after reset, unless a layout says otherwise.</summary>
    public uint ResetAt(int offset) => reset[IndexOf(offset)];

    /// <summary>Bits of the register at an offset that belong to a field; the others are reserved.</summary>
    public uint DeclaredAt(int offset) => masks[IndexOf(offset)].Declared;

    internal uint[] ResetWords
    {
        get
        {
            inUse = true;
            return reset;
        }
    }

    /// <summary>Declares the next row.</summary>
    /// <param name="name">The field's name in the specification.</param>
    /// <param name="offset">Byte offset of its register, a multiple of 2: 16-bit registers are declared where the specification has
    /// them.</param>
    /// <param name="msb">Highest bit of that register, 0 to 31; 0 to 15 in the upper half of a dword.</param>
    /// <param name="lsb">Lowest bit.</param>
    /// <param name="access">What software may do with it.</param>
    /// <param name="resetValue">Its value after reset; 0 by default.</param>
    /// <exception cref="ArgumentException">The row is out of place, too wide, or overlaps the one before.</exception>
    /// <exception cref="InvalidOperationException">The map is in use already.</exception>
    public Field<T> Field<T>(string name, int offset, int msb, int lsb, RegisterAccess access, T resetValue = default)
        where T : unmanaged
    {
        string row = $"{Name}: {name} +0x{offset:x2}[{msb}:{lsb}]";
        if (inUse)
            throw new InvalidOperationException($"{row} is declared after the first instance was made.");
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentException($"{row} has no name.", nameof(name));
        if (offset < 0 || offset >= Length || offset % 2 != 0)
            throw new ArgumentException($"{row}: offsets are multiples of 2 below 0x{Length:x}.", nameof(offset));
        int declared = offset;
        int shift = (offset & 2) * 8;
        (offset, msb, lsb) = (offset & ~3, msb + shift, lsb + shift);
        if (lsb < shift || msb > 31 || lsb > msb)
            throw new ArgumentException($"{row}: bits are 31 down to 0, the higher one first.", nameof(msb));
        if (fields.Count > 0 && (offset < fields[^1].Offset || (offset == fields[^1].Offset && lsb <= fields[^1].Msb)))
            throw new ArgumentException($"{row} does not lie above {fields[^1]}.", nameof(lsb));

        var field = new Field<T>(this, name, declared, msb, lsb, access);
        ref uint word = ref reset[offset / 4];
        word = field.Insert(word, resetValue);
        masks[offset / 4].Add(field);
        fields.Add(field);
        return field;
    }

    /// <summary>
    /// Bits of the register at an offset that a write can set and clear while nothing is locked; not those of RW1C and RWO.
    /// </summary>
    public uint WritableAt(int offset) => masks[IndexOf(offset)].Writable;

    /// <summary>Of these, the bits that no longer change once locked.</summary>
    public uint LockableAt(int offset) => masks[IndexOf(offset)].Lockable;

    /// <summary>Bits of the register at an offset that a written one clears.</summary>
    public uint WriteOneToClearAt(int offset) => masks[IndexOf(offset)].WriteOneToClear;

    /// <summary>Bits of the register at an offset that can be set once.</summary>
    public uint WriteOnceAt(int offset) => masks[IndexOf(offset)].WriteOnce;

    /// <summary>Bits of the register at an offset that read zero and ask something of the hardware when written.</summary>
    public uint WriteOnlyAt(int offset) => masks[IndexOf(offset)].WriteOnly;

    /// <summary>Bits of the register at an offset that are kept over a hot reset.</summary>
    public uint StickyAt(int offset) => masks[IndexOf(offset)].Sticky;

    internal uint StickyOf(int index) => masks[index].Sticky;

    internal ref readonly RegisterMasks MasksOf(int index) => ref masks[index];

    internal int IndexOf(int offset)
    {
        if ((uint)offset >= (uint)Length || (offset & 3) != 0)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Registers of {Name} lie at multiples of 4 below 0x{Length:x}.");
        return offset >> 2;
    }
}
