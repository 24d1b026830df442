namespace CxlTopology.Specification;

/// <summary>The registers of one component: the values behind a <see cref="RegisterMap"/>.</summary>
/// <remarks>
/// Two doors. Software reads and writes whole registers, subject to every field's access rule; the model gets and sets fields without
/// rules. An instance owns no memory until a value first differs from its initial one; after that a write allocates nothing. Effects of a
/// write belong to the component, which compares the fields it cares about. Not safe for several threads.
/// </remarks>
public sealed class RegisterFile
{
    private readonly uint[] initial;
    private uint[]? words;

    /// <summary>Registers with the reset values of their map.</summary>
    public RegisterFile(RegisterMap map)
    {
        Map = map;
        initial = map.ResetWords;
    }

    /// <summary>Registers with other initial values: what <see cref="Snapshot"/> of a prepared one returned.</summary>
    /// <param name="map">The map.</param>
    /// <param name="initial">One word a register, shared and never written; also what <see cref="Reset"/> goes back to.</param>
    /// <exception cref="ArgumentException">The number of words is not that of the map.</exception>
    public RegisterFile(RegisterMap map, uint[] initial)
        : this(map)
    {
        if (initial.Length * 4 != map.Length)
            throw new ArgumentException($"{map.Name} has {map.Length / 4} registers, not {initial.Length}.", nameof(initial));
        this.initial = initial;
    }

    /// <summary>The map of these registers.</summary>
    public RegisterMap Map { get; }

    /// <summary>A register as software reads it.</summary>
    /// <param name="offset">A multiple of 4 inside the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not.</exception>
    public uint Read(int offset) => Current[Map.IndexOf(offset)];

    /// <summary>A 4-byte write by software.</summary>
    /// <param name="offset">A multiple of 4 inside the block.</param>
    /// <param name="value">What is written.</param>
    /// <param name="locked">Whether RWL fields are locked at present.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not.</exception>
    public void Write(int offset, uint value, bool locked = false)
    {
        int index = Map.IndexOf(offset);
        Store(index, Map.MasksOf(index).Written(Current[index], value, uint.MaxValue, locked));
    }

    /// <summary>A field's value, as the model sees it.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    public T Get<T>(Field<T> field)
        where T : unmanaged => field.Extract(Current[IndexOf(field)]);

    /// <summary>Changes a field as hardware does, whatever its access rule.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value needs more bits than the field has.</exception>
    public void Set<T>(Field<T> field, T value)
        where T : unmanaged
    {
        int index = IndexOf(field);
        Store(index, field.Insert(Current[index], value));
    }

    /// <summary>Back to the initial values.</summary>
    /// <param name="keepSticky">Whether the sticky fields (ROS, RWS, RW1CS) stay, as they do over a hot reset.</param>
    public void Reset(bool keepSticky = false)
    {
        if (words is null)
            return;
        for (int i = 0; i < words.Length; i++)
        {
            uint sticky = keepSticky ? Map.StickyOf(i) : 0;
            words[i] = (words[i] & sticky) | (initial[i] & ~sticky);
        }
    }

    /// <summary>A copy of all registers, one word each.</summary>
    public uint[] Snapshot() => (uint[])Current.Clone();

    /// <summary>Takes over what <see cref="Snapshot"/> of registers with the same map gave.</summary>
    /// <exception cref="ArgumentException">The number of words is not that of the map.</exception>
    public void Restore(ReadOnlySpan<uint> snapshot)
    {
        if (snapshot.Length != initial.Length)
            throw new ArgumentException($"{Map.Name} has {initial.Length} registers, not {snapshot.Length}.", nameof(snapshot));
        words = snapshot.SequenceEqual(initial) ? null : snapshot.ToArray();
    }

    private uint[] Current => words ?? initial;

    private int IndexOf(RegisterField field) => ReferenceEquals(field.Map, Map)
        ? field.Offset >> 2
        : throw new ArgumentException($"{field} is not a field of this {Map.Name}.", nameof(field));

    private void Store(int index, uint value)
    {
        if (words is null)
        {
            if (initial[index] == value)
                return;
            words = (uint[])initial.Clone();
        }

        words[index] = value;
    }
}
