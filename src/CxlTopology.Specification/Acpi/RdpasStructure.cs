using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// An RCEC downstream port association structure (RDPAS): which registers a root complex event collector's errors come from. 17 bytes,
/// type 3 (CXL 3.0 §9.17.1.5).
/// </summary>
/// <remarks>PCI segment at 4 and function at 6 (16 bits each) of the collector, protocol at 8, base at 9 (64 bits, unaligned).</remarks>
public sealed record RdpasStructure : CedtStructure
{
    /// <summary>The type code: 3.</summary>
    public const byte TypeCode = 3;

    /// <summary>Bytes of the record: 17.</summary>
    public const int RecordLength = 17;

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

    internal static RdpasStructure Read(ReadOnlySpan<byte> record) => new()
    {
        Segment = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]),
        Bdf = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]),
        Protocol = (RdpasProtocol)record[8],
        Base = new Hpa(BinaryPrimitives.ReadUInt64LittleEndian(record[9..])),
    };

    private protected override void WriteFields(Span<byte> record)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record[4..], Segment);
        BinaryPrimitives.WriteUInt16LittleEndian(record[6..], Bdf);
        record[8] = (byte)Protocol;
        BinaryPrimitives.WriteUInt64LittleEndian(record[9..], Base.Value);
    }
}
