using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>Switch scoped latency and bandwidth information structure: 16 bytes and 8 for each pair of ports, type 5.</summary>
/// <remarks>
/// Data type at 4, base unit at 8 (64 bits), entries from 16 on: port X, port Y, value, reserved (16 bits each). Two structures are equal
/// if they share their entry array.
/// </remarks>
public sealed record Sslbis : CdatStructure
{
    /// <summary>The type code: 5.</summary>
    public const byte TypeCode = 5;

    /// <summary>Bytes before the entries: 16.</summary>
    public const int FixedLength = 16;

    /// <summary>Bytes of an entry: 8.</summary>
    public const int EntryLength = 8;

    /// <summary>The most entries its 16-bit length leaves room for: 8189.</summary>
    public const int EntriesMax = (ushort.MaxValue - FixedLength) / EntryLength;

    /// <summary>What stands for the upstream port: 0x100.</summary>
    public const ushort UpstreamPort = 0x100;

    /// <summary>What stands for any port: 0xFFFF.</summary>
    public const ushort AnyPort = 0xFFFF;

    /// <summary>What the figures are.</summary>
    public required CdatDataType DataType { get; init; }

    /// <summary>What an entry of one is worth, in picoseconds or MB/s.</summary>
    public required ulong BaseUnit { get; init; }

    /// <summary>The figures: 1 to <see cref="EntriesMax"/>.</summary>
    public required SslbisEntry[] Entries { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength + (EntryLength * Entries.Length);

    internal static Sslbis Read(ReadOnlySpan<byte> structure)
    {
        SslbisEntry[] entries = new SslbisEntry[(structure.Length - FixedLength) / EntryLength];
        for (int i = 0; i < entries.Length; i++)
        {
            ReadOnlySpan<byte> entry = structure.Slice(FixedLength + (EntryLength * i), EntryLength);
            entries[i] = new SslbisEntry(
                BinaryPrimitives.ReadUInt16LittleEndian(entry),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]));
        }

        return new Sslbis
        {
            DataType = (CdatDataType)structure[4],
            BaseUnit = BinaryPrimitives.ReadUInt64LittleEndian(structure[8..]),
            Entries = entries,
        };
    }

    private protected override void WriteFields(Span<byte> structure)
    {
        structure[4] = (byte)DataType;
        BinaryPrimitives.WriteUInt64LittleEndian(structure[8..], BaseUnit);
        for (int i = 0; i < Entries.Length; i++)
        {
            Span<byte> entry = structure.Slice(FixedLength + (EntryLength * i), EntryLength);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, Entries[i].PortX);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], Entries[i].PortY);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], Entries[i].Value);
        }
    }
}
