using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// Device scoped memory affinity structure: a range of device memory, and the handle by which others refer to it. 24 bytes, type 0.
/// </summary>
/// <remarks>Handle at 4, flags at 5, first address at 8 and length at 16 (64 bits each).</remarks>
public sealed record Dsmas : CdatStructure
{
    /// <summary>The type code: 0.</summary>
    public const byte TypeCode = 0;

    /// <summary>Bytes of the structure: 24.</summary>
    public const int FixedLength = 24;

    /// <summary>The range's handle, unique in the table.</summary>
    public required byte Handle { get; init; }

    /// <summary>What kind of memory it is. Volatile memory for one host by default.</summary>
    public DsmasFlags Flags { get; init; }

    /// <summary>First address of the range.</summary>
    public required Dpa Base { get; init; }

    /// <summary>Length of the range.</summary>
    public required ByteSize RangeLength { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength;

    internal static Dsmas Read(ReadOnlySpan<byte> structure) => new()
    {
        Handle = structure[4],
        Flags = (DsmasFlags)structure[5],
        Base = new Dpa(BinaryPrimitives.ReadUInt64LittleEndian(structure[8..])),
        RangeLength = new ByteSize(BinaryPrimitives.ReadUInt64LittleEndian(structure[16..])),
    };

    private protected override void WriteFields(Span<byte> structure)
    {
        structure[4] = Handle;
        structure[5] = (byte)Flags;
        BinaryPrimitives.WriteUInt64LittleEndian(structure[8..], Base.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(structure[16..], RangeLength.Bytes);
    }
}
