using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>A CXL host bridge structure (CHBS): where the registers of the host bridge with a given UID lie. 32 bytes, type 0.</summary>
/// <remarks>UID at 4, version at 8, base at 16 (64 bits), length of the block at 24 (64 bits).</remarks>
public sealed record HostBridgeStructure : CedtStructure
{
    /// <summary>The type code: 0.</summary>
    public const byte TypeCode = 0;

    /// <summary>Bytes of the record: 32.</summary>
    public const int RecordLength = 32;

    /// <summary>Bytes of a register block of version <see cref="HostBridgeVersion.Cxl11"/>: 0x2000.</summary>
    public const ulong Cxl11BlockLength = 0x2000;

    /// <summary>Bytes of a register block of version <see cref="HostBridgeVersion.Cxl20"/>: 0x10000.</summary>
    public const ulong Cxl20BlockLength = 0x10000;

    /// <summary>The UID of the ACPI device (ACPI0016) of the host bridge; targets of windows name it.</summary>
    public required uint Uid { get; init; }

    /// <summary>What lies at <see cref="Base"/>. <see cref="HostBridgeVersion.Cxl20"/> by default.</summary>
    public HostBridgeVersion Version { get; init; } = HostBridgeVersion.Cxl20;

    /// <summary>First host address of the register block.</summary>
    public required Hpa Base { get; init; }

    /// <summary>Bytes of the register block: 0x2000 or 0x10000, by <see cref="Version"/>. 0x10000 by default.</summary>
    public ulong BlockLength { get; init; } = Cxl20BlockLength;

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => RecordLength;

    /// <summary>
    /// Whether <see cref="BlockLength"/> is what <see cref="Version"/> asks for. Software passes over a record of version 0 or 1 where it
    /// is not; nothing is asked of later versions.
    /// </summary>
    public bool HasExpectedBlockLength => Version switch
    {
        HostBridgeVersion.Cxl11 => BlockLength == Cxl11BlockLength,
        HostBridgeVersion.Cxl20 => BlockLength == Cxl20BlockLength,
        _ => true,
    };

    internal static HostBridgeStructure Read(ReadOnlySpan<byte> record) => new()
    {
        Uid = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]),
        Version = (HostBridgeVersion)BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
        Base = new Hpa(BinaryPrimitives.ReadUInt64LittleEndian(record[16..])),
        BlockLength = BinaryPrimitives.ReadUInt64LittleEndian(record[24..]),
    };

    private protected override void WriteFields(Span<byte> record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Uid);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], (int)Version);
        BinaryPrimitives.WriteUInt64LittleEndian(record[16..], Base.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(record[24..], BlockLength);
    }
}
