using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>Device scoped EFI memory type structure: what firmware should call a part of a range. 24 bytes, type 4.</summary>
/// <remarks>Handle at 4, memory type at 5, offset at 8 and length at 16 (64 bits each).</remarks>
public sealed record Dsemts : CdatStructure
{
    /// <summary>The type code: 4.</summary>
    public const byte TypeCode = 4;

    /// <summary>Bytes of the structure: 24.</summary>
    public const int FixedLength = 24;

    /// <summary>The handle of the range, that of a <see cref="Dsmas"/>.</summary>
    public required byte Handle { get; init; }

    /// <summary>What firmware should call it.</summary>
    public required EfiMemoryType MemoryType { get; init; }

    /// <summary>Where the part begins, in bytes from the base of the range. 0 by default.</summary>
    public ulong Offset { get; init; }

    /// <summary>Length of the part.</summary>
    public required ByteSize RangeLength { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength;

    internal static Dsemts Read(ReadOnlySpan<byte> structure) => new()
    {
        Handle = structure[4],
        MemoryType = (EfiMemoryType)structure[5],
        Offset = BinaryPrimitives.ReadUInt64LittleEndian(structure[8..]),
        RangeLength = new ByteSize(BinaryPrimitives.ReadUInt64LittleEndian(structure[16..])),
    };

    private protected override void WriteFields(Span<byte> structure)
    {
        structure[4] = Handle;
        structure[5] = (byte)MemoryType;
        BinaryPrimitives.WriteUInt64LittleEndian(structure[8..], Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(structure[16..], RangeLength.Bytes);
    }
}
