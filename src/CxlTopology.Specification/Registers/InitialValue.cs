namespace CxlTopology.Specification;

/// <summary>Bits of one register that differ from the layout's in one instance: a serial number, a port number.</summary>
/// <param name="Offset">Where the register lies in the space, a multiple of 4.</param>
/// <param name="Mask">The bits meant.</param>
/// <param name="Value">Their value; zero outside of the mask.</param>
public readonly record struct InitialValue(int Offset, uint Mask, uint Value)
{
    /// <summary>A field of a block.</summary>
    /// <exception cref="ArgumentException">The field is of another map.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value needs more bits than the field has.</exception>
    public static InitialValue Of<T>(RegisterBlock block, Field<T> field, T value)
        where T : unmanaged => new(block.OffsetOf(field), field.Mask, field.Insert(0, value));
}
