namespace CxlTopology.Specification;

/// <summary>One block of a <see cref="RegisterBank"/>, as the model sees it: fields without rules.</summary>
/// <param name="Bank">The registers.</param>
/// <param name="Block">The block.</param>
public readonly record struct RegisterView(RegisterBank Bank, RegisterBlock Block)
{
    /// <summary>A field's value.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    public T Get<T>(Field<T> field)
        where T : unmanaged => Bank.Get(Block, field);

    /// <summary>Changes a field as hardware does, whatever its access rule.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value needs more bits than the field has.</exception>
    public void Set<T>(Field<T> field, T value)
        where T : unmanaged => Bank.Set(Block, field, value);

    /// <summary>A whole register of the block, by its offset in it; 0 if none lies there.</summary>
    public uint Word(int offset) => Bank.Word(Block.Offset + offset);

    /// <summary>Changes a whole register of the block, by its offset in it, as hardware does; reserved bits stay 0.</summary>
    public void SetWord(int offset, uint value) => Bank.SetWord(Block.Offset + offset, value);
}
