namespace CxlTopology.Simulation;

/// <summary>How one type of control record crosses to another process.</summary>
/// <param name="id">The number of the type on the wire: 1 to 255, one type each. 0 is the kernel's.</param>
/// <param name="type">The type.</param>
public abstract class RecordCodec(byte id, Type type)
{
    /// <summary>The number of the type on the wire.</summary>
    public byte Id { get; } = id;

    /// <summary>The type.</summary>
    public Type Type { get; } = type;

    /// <summary>Writes a record of this type.</summary>
    public abstract void Write(object record, WireBuffer to);

    /// <summary>Reads what <see cref="Write"/> wrote. Refuses what it does not know with a <see cref="WireException"/>.</summary>
    public abstract object Read(ref WireReader from);
}
