namespace CxlTopology.Specification;

/// <summary>Puts blocks into a register space, checks that they fit, and makes the shared <see cref="RegisterLayout"/>.</summary>
public sealed class RegisterLayoutBuilder
{
    private readonly List<RegisterBlock> blocks = [];
    private readonly List<RegisterRange> ranges = [];
    private readonly List<InitialValue> initial = [];

    /// <summary>An empty space.</summary>
    /// <param name="name">What it is, as <c>root port configuration space</c>.</param>
    /// <param name="length">Bytes, a multiple of 4 up to <see cref="RegisterMap.LengthMax"/>.</param>
    /// <param name="accessMax">The widest access software may make, in bytes: 4 or 8.</param>
    public RegisterLayoutBuilder(string name, int length, int accessMax = 8)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (length is <= 0 or > RegisterMap.LengthMax || length % accessMax != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"A register space has up to {RegisterMap.LengthMax} bytes, in {accessMax}s.");
        }

        if (accessMax is not (4 or 8))
            throw new ArgumentOutOfRangeException(nameof(accessMax), accessMax, "Accesses are at most 4 or 8 bytes wide.");
        Name = name;
        Length = length;
        AccessMax = accessMax;
    }

    /// <summary>What the space is called.</summary>
    public string Name { get; }

    /// <summary>Bytes in the space.</summary>
    public int Length { get; }

    /// <summary>The widest access, in bytes.</summary>
    public int AccessMax { get; }

    internal IReadOnlyList<RegisterBlock> Blocks => blocks;

    internal IReadOnlyList<RegisterRange> Ranges => ranges;

    internal IReadOnlyList<InitialValue> Values => initial;

    /// <summary>Places a block.</summary>
    /// <param name="map">The registers.</param>
    /// <param name="offset">Where, a multiple of 4.</param>
    /// <param name="resetClass">What resets do to it.</param>
    /// <param name="lockField">The field of the map that locks its RWL fields.</param>
    /// <exception cref="ArgumentException">It is misaligned, reaches out of the space, overlaps another, or the lock is not its
    /// own.</exception>
    public RegisterBlock Add(RegisterMap map, int offset, ResetClass resetClass, Field<bool>? lockField = null)
    {
        CheckPlace(map, offset, lockField);
        RegisterBlock block = new(map, offset, resetClass, lockField);
        blocks.Add(block);
        return block;
    }

    /// <summary>Places a block whose table is a type of its own, so that its fields are at hand.</summary>
    /// <param name="table">The table.</param>
    /// <param name="offset">Where, a multiple of 4.</param>
    /// <param name="resetClass">What resets do to it.</param>
    /// <param name="lockField">The field of the table that locks its RWL fields.</param>
    /// <exception cref="ArgumentException">It is misaligned, reaches out of the space, overlaps another, or the lock is not its
    /// own.</exception>
    public RegisterBlock<TTable> Add<TTable>(TTable table, int offset, ResetClass resetClass, Field<bool>? lockField = null)
        where TTable : class, IRegisterTable
    {
        CheckPlace(table.Map, offset, lockField);
        RegisterBlock<TTable> block = new(table, offset, resetClass, lockField);
        blocks.Add(block);
        return block;
    }

    /// <summary>Sets aside a range that another owner answers for. Reads of it through the layout give 0, writes have no effect.</summary>
    /// <exception cref="ArgumentException">It is misaligned, reaches out of the space, or overlaps.</exception>
    public RegisterRange Reserve(string name, int offset, int length)
    {
        CheckRoom(name, offset, length);
        RegisterRange range = new(name, offset, length);
        ranges.Add(range);
        return range;
    }

    /// <summary>Gives a field another initial value than its map says.</summary>
    /// <exception cref="ArgumentException">The block is not in this space, or the field not in the block.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value needs more bits than the field has.</exception>
    public RegisterLayoutBuilder Set<T>(RegisterBlock block, Field<T> field, T value)
        where T : unmanaged
    {
        if (!blocks.Contains(block))
            throw new ArgumentException($"{block} is not part of {Name}.", nameof(block));
        initial.Add(InitialValue.Of(block, field, value));
        return this;
    }

    /// <summary>Gives a whole register another initial value than its map says.</summary>
    /// <param name="block">The block.</param>
    /// <param name="offset">The register's offset in it, a multiple of 4.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The block is not in this space, or the value sets a reserved bit.</exception>
    public RegisterLayoutBuilder SetWord(RegisterBlock block, int offset, uint value)
    {
        if (!blocks.Contains(block))
            throw new ArgumentException($"{block} is not part of {Name}.", nameof(block));
        uint declared = block.Map.DeclaredAt(offset);
        if (declared == 0 || (value & ~declared) != 0)
            throw new ArgumentException($"{block}: 0x{value:x8} sets reserved bits of +0x{offset:x} (0x{declared:x8}).", nameof(value));
        initial.Add(new InitialValue(block.Offset + offset, declared, value));
        return this;
    }

    /// <summary>The layout. Its maps take no further rows from here on.</summary>
    public RegisterLayout Build() => new(this);

    private void CheckPlace(RegisterMap map, int offset, Field<bool>? lockField)
    {
        CheckRoom(map.Name, offset, map.Length);
        if (lockField is not null && !ReferenceEquals(lockField.Map, map))
            throw new ArgumentException($"{lockField} does not lock {map.Name}, to which it does not belong.", nameof(lockField));
    }

    private void CheckRoom(string name, int offset, int length)
    {
        if (offset < 0 || offset % 4 != 0 || length <= 0 || length % 4 != 0)
            throw new ArgumentException(
                $"{name} +0x{offset:x}, {length} bytes: blocks lie at multiples of 4 and are as long.", nameof(offset));
        if (offset > Length - length)
            throw new ArgumentException($"{name} +0x{offset:x}, {length} bytes, reaches out of {Name} (0x{Length:x}).", nameof(offset));
        foreach (RegisterBlock other in blocks)
        {
            if (offset < other.Offset + other.Length && other.Offset < offset + length)
                throw new ArgumentException($"{name} +0x{offset:x} overlaps {other} of {Name}.", nameof(offset));
        }

        foreach (RegisterRange other in ranges)
        {
            if (offset < other.Offset + other.Length && other.Offset < offset + length)
                throw new ArgumentException($"{name} +0x{offset:x} overlaps {other.Name} +0x{other.Offset:x} of {Name}.", nameof(offset));
        }
    }
}
