namespace CxlTopology.Specification;

/// <summary>
/// Device scoped initiator structure: something in the device that accesses memory, as an accelerator does. 8 bytes, type 3.
/// </summary>
/// <remarks>Flags at 4 (bit 0: memory attached), handle at 5.</remarks>
public sealed record Dsis : CdatStructure
{
    /// <summary>The type code: 3.</summary>
    public const byte TypeCode = 3;

    /// <summary>Bytes of the structure: 8.</summary>
    public const int FixedLength = 8;

    private const byte MemoryAttachedBit = 1;

    /// <summary>All flags. None by default.</summary>
    public byte Flags { get; init; }

    /// <summary>The handle of the range the initiator has next to it; without memory attached, a number of its own.</summary>
    public required byte Handle { get; init; }

    /// <summary>Whether the initiator has memory next to it, that of the <see cref="Dsmas"/> with its handle.</summary>
    public bool MemoryAttached
    {
        get => (Flags & MemoryAttachedBit) != 0;
        init => Flags = (byte)(value ? Flags | MemoryAttachedBit : Flags & ~MemoryAttachedBit);
    }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength;

    internal static Dsis Read(ReadOnlySpan<byte> structure) => new() { Flags = structure[4], Handle = structure[5] };

    private protected override void WriteFields(Span<byte> structure)
    {
        structure[4] = Flags;
        structure[5] = Handle;
    }
}
