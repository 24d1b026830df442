using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>Device scoped latency and bandwidth information structure: one figure of one range. 24 bytes, type 1.</summary>
/// <remarks>
/// Handle at 4, flags at 5, data type at 6, base unit at 8 (64 bits), three entries from 16 on (16 bits each). The figure is the base unit
/// times the first entry; the other two are for levels of a memory hierarchy and 0 here unless read.
/// </remarks>
public sealed record Dslbis : CdatStructure
{
    /// <summary>The type code: 1.</summary>
    public const byte TypeCode = 1;

    /// <summary>Bytes of the structure: 24.</summary>
    public const int FixedLength = 24;

    /// <summary>The handle of the range it is about, that of a <see cref="Dsmas"/>.</summary>
    public required byte Handle { get; init; }

    /// <summary>Bits 3:0 are the level of the memory hierarchy, 0 the memory itself. 0 by default.</summary>
    public byte Flags { get; init; }

    /// <summary>What the figure is.</summary>
    public required CdatDataType DataType { get; init; }

    /// <summary>What an entry of one is worth, in picoseconds or MB/s.</summary>
    public required ulong BaseUnit { get; init; }

    /// <summary>The figure in base units: 1 to 65534. 0 and 65535 say that there is none.</summary>
    public required ushort Entry { get; init; }

    /// <summary>The second entry. 0 by default.</summary>
    public ushort SecondEntry { get; init; }

    /// <summary>The third entry. 0 by default.</summary>
    public ushort ThirdEntry { get; init; }

    /// <summary>Whether it is about the memory itself and not a cache in front of it.</summary>
    public bool IsMemory => (Flags & 0xF) == 0;

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength;

    internal static Dslbis Read(ReadOnlySpan<byte> structure) => new()
    {
        Handle = structure[4],
        Flags = structure[5],
        DataType = (CdatDataType)structure[6],
        BaseUnit = BinaryPrimitives.ReadUInt64LittleEndian(structure[8..]),
        Entry = BinaryPrimitives.ReadUInt16LittleEndian(structure[16..]),
        SecondEntry = BinaryPrimitives.ReadUInt16LittleEndian(structure[18..]),
        ThirdEntry = BinaryPrimitives.ReadUInt16LittleEndian(structure[20..]),
    };

    private protected override void WriteFields(Span<byte> structure)
    {
        structure[4] = Handle;
        structure[5] = Flags;
        structure[6] = (byte)DataType;
        BinaryPrimitives.WriteUInt64LittleEndian(structure[8..], BaseUnit);
        BinaryPrimitives.WriteUInt16LittleEndian(structure[16..], Entry);
        BinaryPrimitives.WriteUInt16LittleEndian(structure[18..], SecondEntry);
        BinaryPrimitives.WriteUInt16LittleEndian(structure[20..], ThirdEntry);
    }
}
