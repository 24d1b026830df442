using System.Buffers.Binary;
using System.Text;

namespace CxlTopology.Specification;

/// <summary>The answer of Identify Memory Device, 67 bytes (CXL 2.0 §8.2.9.5.1.1, table 175).</summary>
public sealed record IdentifyMemoryDevice
{
    /// <summary>Bytes of the answer.</summary>
    public const int Length = 0x43;

    /// <summary>Capacities are given in this unit: 256 MiB.</summary>
    public const ulong CapacityUnit = 1UL << 28;

    /// <summary>Firmware revision, up to 16 ASCII characters.</summary>
    public string FirmwareRevision { get; init; } = "";

    /// <summary>All that can be used, in either way.</summary>
    public ByteSize TotalCapacity { get; init; }

    /// <summary>What can only be volatile.</summary>
    public ByteSize VolatileOnly { get; init; }

    /// <summary>What can only be persistent.</summary>
    public ByteSize PersistentOnly { get; init; }

    /// <summary>What the rest is divided in; 0 if it cannot be.</summary>
    public ByteSize PartitionAlignment { get; init; }

    /// <summary>Records each event log holds.</summary>
    public ushort EventLogSize { get; init; }

    /// <summary>Bytes of the label storage area.</summary>
    public uint LabelStorageSize { get; init; }

    /// <summary>Entries the poison list holds, 24 bits.</summary>
    public int PoisonListLimit { get; init; }

    /// <summary>Lines that may be injected; 0 if none may.</summary>
    public ushort InjectPoisonLimit { get; init; }

    /// <summary>Bit 0: injected poison persists; bit 1: the device scans for poison.</summary>
    public byte PoisonCapabilities { get; init; }

    /// <summary>Bit 0: egress port congestion; bit 1: temporary throughput reduction.</summary>
    public byte QosTelemetry { get; init; }

    /// <summary>Writes the answer.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> output)
    {
        output = output[..Length];
        output.Clear();
        Encoding.ASCII.GetBytes(FirmwareRevision, output[..16]);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x10..], TotalCapacity.Bytes / CapacityUnit);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x18..], VolatileOnly.Bytes / CapacityUnit);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x20..], PersistentOnly.Bytes / CapacityUnit);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x28..], PartitionAlignment.Bytes / CapacityUnit);
        for (int log = 0; log < 4; log++)
            BinaryPrimitives.WriteUInt16LittleEndian(output[(0x30 + (2 * log))..], EventLogSize);
        BinaryPrimitives.WriteUInt32LittleEndian(output[0x38..], LabelStorageSize);
        BinaryPrimitives.WriteUInt16LittleEndian(output[0x3C..], (ushort)PoisonListLimit);
        output[0x3E] = (byte)(PoisonListLimit >> 16);
        BinaryPrimitives.WriteUInt16LittleEndian(output[0x3F..], InjectPoisonLimit);
        output[0x41] = PoisonCapabilities;
        output[0x42] = QosTelemetry;
        return Length;
    }

    /// <summary>Reads an answer; the event log size is that of the informational log.</summary>
    /// <exception cref="ArgumentException">It is shorter than 67 bytes.</exception>
    public static IdentifyMemoryDevice Read(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < Length)
            throw new ArgumentException($"Identify Memory Device answers with {Length} bytes, not {answer.Length}.", nameof(answer));
        return new IdentifyMemoryDevice
        {
            FirmwareRevision = Encoding.ASCII.GetString(answer[..16]).TrimEnd('\0'),
            TotalCapacity = Capacity(answer[0x10..]),
            VolatileOnly = Capacity(answer[0x18..]),
            PersistentOnly = Capacity(answer[0x20..]),
            PartitionAlignment = Capacity(answer[0x28..]),
            EventLogSize = BinaryPrimitives.ReadUInt16LittleEndian(answer[0x30..]),
            LabelStorageSize = BinaryPrimitives.ReadUInt32LittleEndian(answer[0x38..]),
            PoisonListLimit = BinaryPrimitives.ReadUInt16LittleEndian(answer[0x3C..]) | (answer[0x3E] << 16),
            InjectPoisonLimit = BinaryPrimitives.ReadUInt16LittleEndian(answer[0x3F..]),
            PoisonCapabilities = answer[0x41],
            QosTelemetry = answer[0x42],
        };
    }

    internal static ByteSize Capacity(ReadOnlySpan<byte> units) => new(BinaryPrimitives.ReadUInt64LittleEndian(units) * CapacityUnit);
}
