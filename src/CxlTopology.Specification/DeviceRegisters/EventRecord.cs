using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// An event record of a memory device: 128 bytes, of which 48 are the same in all kinds (CXL 3.2 §8.2.10.2.1, table 8-55).
/// </summary>
/// <remarks>A record belongs to the log it was added to, which stamps it.</remarks>
public sealed class EventRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Length = 128;

    /// <summary>Where what depends on the kind begins.</summary>
    public const int DataOffset = 0x30;

    private const int HandleOffset = 0x14;
    private const int TimestampOffset = 0x18;

    private static readonly Guid generalMedia = new("fbcd0a77-c260-417f-85a9-088b1621eba6");

    private readonly byte[] bytes = new byte[Length];

    /// <summary>A record of a kind.</summary>
    /// <param name="kind">Identifier of the kind.</param>
    /// <param name="data">Up to 80 bytes that depend on it.</param>
    /// <param name="flags">Permanent condition (bit 2), maintenance needed (3), performance degraded (4), replacement needed (5).</param>
    /// <exception cref="ArgumentException">The data is longer.</exception>
    public EventRecord(Guid kind, ReadOnlySpan<byte> data, byte flags = 0)
    {
        if (data.Length > Length - DataOffset)
            throw new ArgumentException($"An event record holds {Length - DataOffset} bytes of data, not {data.Length}.", nameof(data));
        kind.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[0x10] = Length;
        bytes[0x11] = flags;
        data.CopyTo(bytes.AsSpan(DataOffset));
    }

    private EventRecord(ReadOnlySpan<byte> record) => record.CopyTo(bytes);

    /// <summary>Identifier of its kind.</summary>
    public Guid Kind => new(bytes.AsSpan(0, 16), bigEndian: true);

    /// <summary>The device's time when it was logged.</summary>
    public ulong Timestamp => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(TimestampOffset));

    /// <summary>The record.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>What software clears it by; set when it is logged.</summary>
    public ushort Handle => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(HandleOffset));

    /// <summary>A general media record (CXL 3.2 §8.2.10.2.1.1): something about the media at an address.</summary>
    /// <param name="dpa">The address, a multiple of 64.</param>
    /// <param name="descriptor">Bit 0 uncorrectable, 1 threshold, 2 poison list overflow.</param>
    /// <param name="memoryEventType">0 ECC error, 1 invalid address, 2 data path error.</param>
    /// <param name="transactionType">0 unknown, 1 host read, 2 host write, 3 host scan, 4 host inject poison, 5, 6 of the media.</param>
    public static EventRecord GeneralMedia(Dpa dpa, byte descriptor, byte memoryEventType, byte transactionType)
    {
        Span<byte> data = stackalloc byte[Length - DataOffset];
        data.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(data, dpa.Value & ~0x3FUL);
        data[8] = descriptor;
        data[9] = memoryEventType;
        data[10] = transactionType;
        return new EventRecord(generalMedia, data);
    }

    /// <summary>A record as an answer has it.</summary>
    /// <exception cref="ArgumentException">It does not have 128 bytes.</exception>
    public static EventRecord Read(ReadOnlySpan<byte> record) => record.Length == Length
        ? new EventRecord(record)
        : throw new ArgumentException($"An event record has {Length} bytes, not {record.Length}.", nameof(record));

    internal void Stamp(ushort handle, ulong timestamp)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(HandleOffset), handle);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(TimestampOffset), timestamp);
    }
}
