using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// An RCEC downstream port association structure (RDPAS): which registers a root complex event collector's errors come from. 20 bytes,
/// type 3 (CXL 3.0 §9.17.1.5).
/// </summary>
/// <remarks>
/// PCI segment at 4 and function at 6 (16 bits each) of the collector, base at 8 (64 bits), protocol at 16. This is the layout ACPICA has
/// since June 2026; before it had the protocol at 8, the base at 9 and 17 bytes, and records of that length are read so.
/// </remarks>
public sealed record RdpasStructure : CedtStructure
{
    /// <summary>The type code: 3.</summary>
    public const byte TypeCode = 3;

    /// <summary>Bytes of the record: 20.</summary>
    public const int RecordLength = 20;

    /// <summary>Bytes of a record in the former layout: 17.</summary>
    public const int FormerLength = 17;

    /// <summary>PCI segment of the event collector.</summary>
    public ushort Segment { get; init; }

    /// <summary>Bus (bits 15:8), device (7:3) and function (2:0) of the event collector.</summary>
    public required ushort Bdf { get; init; }

    /// <summary>Whose errors. CXL.io by default.</summary>
    public RdpasProtocol Protocol { get; init; }

    /// <summary>First host address: of the RCRB for CXL.io, of the component registers for CXL.cache and CXL.mem.</summary>
    public required Hpa Base { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => RecordLength;

    /// <summary>
    /// The record at the front of these bytes, or null if they are neither a whole one nor just one of the former layout.
    /// </summary>
    internal static RdpasStructure? Read(ReadOnlySpan<byte> record)
    {
        if (record.Length is < RecordLength and not FormerLength)
            return null;
        bool former = record.Length == FormerLength;
        return new RdpasStructure
        {
            Segment = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]),
            Bdf = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]),
            Protocol = (RdpasProtocol)record[former ? 8 : 16],
            Base = new Hpa(BinaryPrimitives.ReadUInt64LittleEndian(record[(former ? 9 : 8)..])),
        };
    }

    private protected override void WriteFields(Span<byte> record)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record[4..], Segment);
        BinaryPrimitives.WriteUInt16LittleEndian(record[6..], Bdf);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], Base.Value);
        record[16] = (byte)Protocol;
    }
}
