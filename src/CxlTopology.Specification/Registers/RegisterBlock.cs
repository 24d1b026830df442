namespace CxlTopology.Specification;

/// <summary>A register map placed at an offset of a space: one block of a <see cref="RegisterLayout"/>.</summary>
public class RegisterBlock
{
    internal RegisterBlock(RegisterMap map, int offset, ResetClass resetClass, Field<bool>? lockField)
    {
        Map = map;
        Offset = offset;
        ResetClass = resetClass;
        LockField = lockField;
    }

    /// <summary>The registers.</summary>
    public RegisterMap Map { get; }

    /// <summary>Bytes from the start of the space to the block's first register, a multiple of 4.</summary>
    public int Offset { get; }

    /// <summary>Bytes in the block.</summary>
    public int Length => Map.Length;

    /// <summary>What resets do to it.</summary>
    public ResetClass ResetClass { get; }

    /// <summary>The field that locks the block's RWL fields while it is one; null if they are never locked.</summary>
    public Field<bool>? LockField { get; }

    /// <summary>Whether an offset of the space lies in the block.</summary>
    public bool Contains(int offset) => offset >= Offset && offset < Offset + Length;

    /// <summary>Where a field's register lies in the space.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    public int OffsetOf(RegisterField field) => ReferenceEquals(field.Map, Map)
        ? Offset + field.Offset
        : throw new ArgumentException($"{field} is not a field of this {Map.Name}.", nameof(field));

    /// <summary>Name and place, as <c>RAS +0x1080</c>.</summary>
    public override string ToString() => $"{Map.Name} +0x{Offset:x}";
}
