namespace CxlTopology.Specification;

/// <summary>The registers of one component in one space: the values behind a <see cref="RegisterLayout"/>.</summary>
/// <remarks>
/// Two doors, as in <see cref="RegisterFile"/>: software reads and writes bytes under every field's access rule, the model gets and sets
/// fields without. An instance owns no memory until a value first differs from its initial one; after that no access allocates. Effects of
/// a write belong to the component, which looks at the <see cref="RegisterWrite"/>. Not safe for several threads.
/// </remarks>
public sealed class RegisterBank
{
    private readonly InitialValue[] own;
    private uint[]? words;

    /// <summary>Registers with the initial values of their layout.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="own">What is different in this instance: few, looked through at every access until the first change.</param>
    /// <exception cref="ArgumentException">One of them is not a register of the layout.</exception>
    public RegisterBank(RegisterLayout layout, params ReadOnlySpan<InitialValue> own)
    {
        Layout = layout;
        this.own = own.ToArray();
        foreach (InitialValue value in own)
        {
            if (!layout.Accepts(value.Offset, 4) || (layout.DeclaredAt(value.Offset) & value.Mask) != value.Mask)
                throw new ArgumentException($"{layout.Name} has no field at +0x{value.Offset:x}, bits 0x{value.Mask:x}.", nameof(own));
        }
    }

    /// <summary>The layout of these registers.</summary>
    public RegisterLayout Layout { get; }

    /// <summary>Whether a value ever differed from its initial one, so that the instance has memory of its own.</summary>
    public bool Touched => words is not null;

    /// <summary>A block, for the model.</summary>
    public RegisterView this[RegisterBlock block] => new(this, block);

    /// <summary>What software reads: reserved bytes as 0, the first byte lowest.</summary>
    /// <param name="offset">Bytes from the start of the space, a multiple of <paramref name="size"/>.</param>
    /// <param name="size">1, 2, 4 or 8, up to the layout's widest access.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layout does not accept the access
    /// (<see cref="RegisterLayout.Accepts"/>).</exception>
    public ulong Read(int offset, int size)
    {
        CheckAccess(offset, size);
        int first = offset & ~3;
        if (size == 8)
            return Word(first) | ((ulong)Word(first + 4) << 32);
        return (Word(first) >> ((offset & 3) * 8)) & (uint.MaxValue >> ((4 - size) * 8));
    }

    /// <summary>
    /// A write by software: only the bytes written are subject to it. A lock it sets in a lower register holds for the higher.
    /// </summary>
    /// <param name="offset">Bytes from the start of the space, a multiple of <paramref name="size"/>.</param>
    /// <param name="size">1, 2, 4 or 8, up to the layout's widest access.</param>
    /// <param name="value">What is written, the first byte lowest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layout does not accept the access
    /// (<see cref="RegisterLayout.Accepts"/>).</exception>
    public RegisterWrite Write(int offset, int size, ulong value)
    {
        CheckAccess(offset, size);
        int shift = (offset & 3) * 8;
        ulong enabled = ulong.MaxValue >> ((8 - size) * 8) << shift;
        return Write(offset & ~3, value << shift, enabled);
    }

    /// <summary>A write with byte enables, as a request of the fabric has them.</summary>
    /// <param name="offset">The first register, a multiple of 4.</param>
    /// <param name="value">What is written, 4 or 8 bytes.</param>
    /// <param name="byteEnables">Bit n is byte n; the low four if only one register is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is misaligned, or a byte lies outside of the space.</exception>
    public RegisterWrite WriteBytes(int offset, ulong value, byte byteEnables)
    {
        CheckAccess(offset, byteEnables > 0xF ? 8 : 4);
        ulong enabled = 0;
        for (int i = 0; i < 8; i++)
        {
            if ((byteEnables >> i & 1) != 0)
                enabled |= 0xFFUL << (i * 8);
        }

        return Write(offset, value, enabled);
    }

    /// <summary>A field's value, as the model sees it.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    public T Get<T>(RegisterBlock block, Field<T> field)
        where T : unmanaged => field.Extract(Word(block.OffsetOf(field)));

    /// <summary>Changes a field as hardware does, whatever its access rule.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value needs more bits than the field has.</exception>
    public void Set<T>(RegisterBlock block, Field<T> field, T value)
        where T : unmanaged
    {
        int slot = Layout.SlotOf(block.OffsetOf(field));
        Store(slot, field.Insert(At(slot), value));
    }

    /// <summary>The register at an offset, a multiple of 4; 0 where there is none.</summary>
    public uint Word(int offset)
    {
        int slot = Layout.SlotOf(offset);
        return slot < 0 ? 0 : At(slot);
    }

    /// <summary>Changes a whole register as hardware does. Reserved bits stay 0; where there is no register nothing happens.</summary>
    public void SetWord(int offset, uint value)
    {
        int slot = Layout.SlotOf(offset);
        if (slot >= 0)
            Store(slot, value & Layout.At(slot).Masks.Declared);
    }

    /// <summary>What a reset leaves, block by block as <see cref="ResetRules"/> says.</summary>
    public void Reset(ResetKind kind)
    {
        if (words is null)
            return;

        // Into new words: what a lock keeps is decided by the lock before the reset, wherever it lies.
        uint[] next = new uint[words.Length];
        for (int i = 0; i < next.Length; i++)
        {
            uint kept = KeptBy(kind, i);
            next[i] = (words[i] & kept) | (Initial(i) & ~kept);
        }

        words = next;
    }

    /// <summary>A copy of all registers, ascending by offset, one word each; only a layout says which is which.</summary>
    public uint[] Snapshot()
    {
        uint[] copy = new uint[Layout.RegisterCount];
        for (int i = 0; i < copy.Length; i++)
            copy[i] = At(i);
        return copy;
    }

    /// <summary>Takes over what <see cref="Snapshot"/> of registers with the same layout gave.</summary>
    /// <exception cref="ArgumentException">The number of words is not that of the layout.</exception>
    public void Restore(ReadOnlySpan<uint> snapshot)
    {
        if (snapshot.Length != Layout.RegisterCount)
            throw new ArgumentException($"{Layout.Name} has {Layout.RegisterCount} registers, not {snapshot.Length}.", nameof(snapshot));
        for (int i = 0; i < snapshot.Length; i++)
            Store(i, snapshot[i]);
    }

    /// <summary>The n-th register, ascending by offset, from 0 to the layout's count less one: for digests.</summary>
    public uint RegisterAt(int index) => At(index);

    private RegisterWrite Write(int offset, ulong value, ulong enabled)
    {
        (uint before, uint after) = WriteWord(offset, (uint)value, (uint)enabled);
        if (enabled <= uint.MaxValue)
            return new RegisterWrite(offset, value, enabled, before, after);
        (uint beforeHigh, uint afterHigh) = WriteWord(offset + 4, (uint)(value >> 32), (uint)(enabled >> 32));
        return new RegisterWrite(offset, value, enabled, before | ((ulong)beforeHigh << 32), after | ((ulong)afterHigh << 32));
    }

    private (uint Before, uint After) WriteWord(int offset, uint value, uint enabled)
    {
        int slot = Layout.SlotOf(offset);
        if (slot < 0)
            return (0, 0);
        ref readonly RegisterSlot register = ref Layout.At(slot);
        bool locked = register.LockMask != 0 && (At(register.LockSlot) & register.LockMask) != 0;
        uint before = At(slot);
        uint after = register.Masks.Written(before, value, enabled, locked);
        Store(slot, after);
        return (before, after);
    }

    private uint KeptBy(ResetKind kind, int slot)
    {
        ref readonly RegisterSlot register = ref Layout.At(slot);
        ResetEffect effect = ResetRules.EffectOf(register.ResetClass, kind);
        if ((effect & ResetEffect.Initial) == 0)
            return uint.MaxValue;
        uint kept = (effect & ResetEffect.KeepSticky) != 0 ? register.Masks.Sticky : 0;
        if ((effect & ResetEffect.KeepWriteOnce) != 0)
            kept |= register.Masks.WriteOnce;
        bool locked = register.LockMask != 0 && (words![register.LockSlot] & register.LockMask) != 0;
        return (effect & ResetEffect.KeepLocked) != 0 && locked ? kept | register.Masks.Lockable : kept;
    }

    private uint At(int slot) => words is null ? Initial(slot) : words[slot];

    private uint Initial(int slot)
    {
        uint value = Layout.Initial[slot];
        if (own.Length == 0)
            return value;
        int offset = Layout.At(slot).Offset;
        foreach (InitialValue different in own)
        {
            if (different.Offset == offset)
                value = (value & ~different.Mask) | different.Value;
        }

        return value;
    }

    private void Store(int slot, uint value)
    {
        if (words is null)
        {
            if (Initial(slot) == value)
                return;
            words = Snapshot();
        }

        words[slot] = value;
    }

    private void CheckAccess(int offset, int size)
    {
        if (!Layout.Accepts(offset, size))
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                $"{Layout.Name} takes naturally aligned accesses of 1 to {Layout.AccessMax} bytes below 0x{Layout.Length:x}, not {size}.");
        }
    }
}
