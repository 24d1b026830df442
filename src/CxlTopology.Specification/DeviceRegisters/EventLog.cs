using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// One event log of a memory device: records wait until software clears them; when it is full, later ones are lost and counted.
/// </summary>
public sealed class EventLog
{
    /// <summary>Bytes of an answer before its records.</summary>
    public const int HeaderLength = 0x20;

    private readonly List<EventRecord> records = [];
    private ushort lastHandle;
    private ushort lost;
    private ulong firstLost;
    private ulong lastLost;

    /// <summary>An empty log.</summary>
    /// <param name="capacity">Records it holds, 1 to 65,535.</param>
    public EventLog(int capacity)
    {
        if (capacity is < 1 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "An event log holds 1 to 65,535 records.");
        Capacity = capacity;
    }

    /// <summary>Records it holds.</summary>
    public int Capacity { get; }

    /// <summary>Records that wait.</summary>
    public int Count => records.Count;

    /// <summary>Records lost since the last clearing; stays at 65,535.</summary>
    public int Lost => lost;

    /// <summary>Logs a record.</summary>
    /// <param name="record">The record; it gets a handle here.</param>
    /// <param name="timestamp">The device's time.</param>
    /// <returns>False if the log is full and the record is lost.</returns>
    public bool TryAdd(EventRecord record, ulong timestamp)
    {
        if (records.Count == Capacity)
        {
            if (lost == 0)
                firstLost = timestamp;
            lastLost = timestamp;
            if (lost < ushort.MaxValue)
                lost++;
            return false;
        }

        // 0 is no handle. One that is in use comes up only after 65,535 others, and the log holds fewer.
        lastHandle = lastHandle == ushort.MaxValue ? (ushort)1 : (ushort)(lastHandle + 1);
        record.Stamp(lastHandle, timestamp);
        records.Add(record);
        return true;
    }

    /// <summary>Writes the answer of Get Event Records: the oldest records, as many as fit.</summary>
    /// <returns>Its length in bytes.</returns>
    public int Write(Span<byte> output)
    {
        int count = Math.Min(records.Count, (output.Length - HeaderLength) / EventRecord.Length);
        Span<byte> header = output[..HeaderLength];
        header.Clear();
        header[0] = (byte)((lost != 0 ? 1 : 0) | (count < records.Count ? 2 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], lost);
        BinaryPrimitives.WriteUInt64LittleEndian(header[4..], firstLost);
        BinaryPrimitives.WriteUInt64LittleEndian(header[12..], lastLost);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], (ushort)count);
        for (int i = 0; i < count; i++)
            records[i].Bytes.CopyTo(output[(HeaderLength + (i * EventRecord.Length))..]);
        return HeaderLength + (count * EventRecord.Length);
    }

    /// <summary>Clears records by their handles, which have to be those of the oldest, in order.</summary>
    /// <param name="handles">Two bytes each.</param>
    /// <returns>False, and nothing is cleared, if one is not.</returns>
    public bool TryClear(ReadOnlySpan<byte> handles)
    {
        int count = handles.Length / 2;
        if (count > records.Count)
            return false;
        for (int i = 0; i < count; i++)
        {
            if (records[i].Handle != BinaryPrimitives.ReadUInt16LittleEndian(handles[(2 * i)..]))
                return false;
        }

        records.RemoveRange(0, count);
        ForgetLost();
        return true;
    }

    /// <summary>Clears all records.</summary>
    public void Clear()
    {
        records.Clear();
        ForgetLost();
    }

    /// <summary>Reads an answer of Get Event Records.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="more">There are further records.</param>
    /// <param name="lost">Records that were lost.</param>
    /// <exception cref="ArgumentException">It is shorter than it says.</exception>
    public static IReadOnlyList<EventRecord> ReadAnswer(ReadOnlySpan<byte> answer, out bool more, out int lost)
    {
        int count = answer.Length < HeaderLength ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(answer[20..]);
        if (count > (answer.Length - HeaderLength) / EventRecord.Length)
            throw new ArgumentException("An answer of Get Event Records is shorter than it says.", nameof(answer));
        (more, lost) = ((answer[0] & 2) != 0, BinaryPrimitives.ReadUInt16LittleEndian(answer[2..]));
        var list = new EventRecord[count];
        for (int i = 0; i < count; i++)
            list[i] = EventRecord.Read(answer.Slice(HeaderLength + (i * EventRecord.Length), EventRecord.Length));
        return list;
    }

    private void ForgetLost() => (lost, firstLost, lastLost) = (0, 0, 0);
}
