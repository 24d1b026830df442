using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>Device scoped memory side cache information structure: a cache in front of a range. 20 bytes, type 2.</summary>
/// <remarks>Handle at 4, size of the cache at 8 (64 bits), attributes at 16 (32 bits).</remarks>
public sealed record Dsmscis : CdatStructure
{
    /// <summary>The type code: 2.</summary>
    public const byte TypeCode = 2;

    /// <summary>Bytes of the structure: 20.</summary>
    public const int FixedLength = 20;

    /// <summary>The handle of the range behind the cache, that of a <see cref="Dsmas"/>.</summary>
    public required byte Handle { get; init; }

    /// <summary>Size of the cache.</summary>
    public required ByteSize CacheSize { get; init; }

    /// <summary>
    /// Levels, associativity, write policy and line size, coded as for memory side caches in the ACPI HMAT. 0, nothing said, by default.
    /// </summary>
    public uint Attributes { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength;

    internal static Dsmscis Read(ReadOnlySpan<byte> structure) => new()
    {
        Handle = structure[4],
        CacheSize = new ByteSize(BinaryPrimitives.ReadUInt64LittleEndian(structure[8..])),
        Attributes = BinaryPrimitives.ReadUInt32LittleEndian(structure[16..]),
    };

    private protected override void WriteFields(Span<byte> structure)
    {
        structure[4] = Handle;
        BinaryPrimitives.WriteUInt64LittleEndian(structure[8..], CacheSize.Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(structure[16..], Attributes);
    }
}
