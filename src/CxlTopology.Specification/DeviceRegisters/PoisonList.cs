using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>The list of poisoned device memory: ranges of 64-byte lines, ascending, up to a limit.</summary>
public sealed class PoisonList
{
    /// <summary>Bytes of a line: the unit of addresses and lengths.</summary>
    public const int LineBytes = 64;

    /// <summary>Bytes of an answer before its records.</summary>
    public const int HeaderLength = 0x20;

    /// <summary>Bytes of a record of the answer.</summary>
    public const int RecordLength = 16;

    private readonly List<Entry> entries = [];
    private bool overflowed;
    private ulong overflowTimestamp;

    /// <summary>An empty list.</summary>
    /// <param name="limit">Entries it holds, 1 to 65,535.</param>
    public PoisonList(int limit)
    {
        if (limit is < 1 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A poison list holds 1 to 65,535 entries.");
        Limit = limit;
    }

    /// <summary>Entries it holds.</summary>
    public int Limit { get; }

    /// <summary>Entries there are.</summary>
    public int Count => entries.Count;

    /// <summary>Lines injected by command.</summary>
    public int Injected => entries.Sum(entry => entry.Source == PoisonSource.Injected ? (int)entry.Lines : 0);

    /// <summary>An entry did not fit since the list was last made shorter.</summary>
    public bool Overflowed => overflowed;

    /// <summary>Whether a line is on the list.</summary>
    public bool Contains(Dpa dpa)
    {
        ulong line = dpa.Value / LineBytes;
        return entries.Exists(entry => line >= entry.Line && line - entry.Line < entry.Lines);
    }

    /// <summary>Adds lines that are not on the list yet.</summary>
    /// <param name="dpa">The first.</param>
    /// <param name="lines">How many, from 1.</param>
    /// <param name="source">Why.</param>
    /// <param name="timestamp">The device's time.</param>
    /// <returns>False if something did not fit: the list has overflowed.</returns>
    public bool TryAdd(Dpa dpa, uint lines, PoisonSource source, ulong timestamp)
    {
        ulong first = dpa.Value / LineBytes;
        ulong end = first + lines;
        int index = 0;
        while (first < end)
        {
            while (index < entries.Count && entries[index].End <= first)
                index++;
            ulong gapEnd = index < entries.Count ? Math.Min(end, entries[index].Line) : end;
            if (gapEnd > first)
            {
                if (entries.Count == Limit)
                {
                    (overflowed, overflowTimestamp) = (true, timestamp);
                    return false;
                }

                entries.Insert(index, new Entry(first, gapEnd - first, source));
            }

            first = index < entries.Count ? Math.Max(gapEnd, entries[index].End) : gapEnd;
        }

        return true;
    }

    /// <summary>Takes a line off the list; an entry it lies inside of becomes two.</summary>
    /// <returns>False if it is not on the list.</returns>
    public bool Remove(Dpa dpa, ulong timestamp)
    {
        ulong line = dpa.Value / LineBytes;
        int index = entries.FindIndex(entry => line >= entry.Line && line < entry.End);
        if (index < 0)
            return false;
        Entry entry = entries[index];
        entries.RemoveAt(index);
        overflowed = false;
        if (line + 1 < entry.End)
            entries.Insert(index, entry with { Line = line + 1, Lines = entry.End - line - 1 });
        if (line > entry.Line)
        {
            // Splitting needs one entry more than there was; without room the lower part is what is lost, and said to be.
            if (entries.Count == Limit)
                (overflowed, overflowTimestamp) = (true, timestamp);
            else
                entries.Insert(index, entry with { Lines = line - entry.Line });
        }

        return true;
    }

    /// <summary>Writes the answer of Get Poison List: what of a range is on the list, as many records as fit.</summary>
    /// <param name="dpa">First address.</param>
    /// <param name="lines">Lines.</param>
    /// <param name="skip">Records of earlier answers to the same question.</param>
    /// <param name="output">Where to.</param>
    /// <param name="written">Records in this answer.</param>
    /// <returns>Its length in bytes, and whether there are more.</returns>
    public (int Length, bool More) Write(Dpa dpa, ulong lines, int skip, Span<byte> output, out int written)
    {
        int room = (output.Length - HeaderLength) / RecordLength;
        ulong first = dpa.Value / LineBytes;
        ulong end = lines > ulong.MaxValue - first ? ulong.MaxValue : first + lines;
        bool more = false;
        written = 0;
        foreach (Entry entry in entries)
        {
            if (entry.End <= first || entry.Line >= end)
                continue;
            if (skip > 0)
            {
                skip--;
                continue;
            }

            if (written == room)
            {
                more = true;
                break;
            }

            Span<byte> record = output.Slice(HeaderLength + (written++ * RecordLength), RecordLength);
            ulong from = Math.Max(first, entry.Line);
            BinaryPrimitives.WriteUInt64LittleEndian(record, (from * LineBytes) | (byte)entry.Source);
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)Math.Min(uint.MaxValue, Math.Min(end, entry.End) - from));
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], 0);
        }

        Span<byte> header = output[..HeaderLength];
        header.Clear();
        header[0] = (byte)((more ? 1 : 0) | (overflowed ? 2 : 0));
        BinaryPrimitives.WriteUInt64LittleEndian(header[2..], overflowed ? overflowTimestamp : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], (ushort)written);
        return (HeaderLength + (written * RecordLength), more);
    }

    /// <summary>Reads an answer of Get Poison List.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="more">The same question again gives further records.</param>
    /// <param name="overflowed">The device knows of poison that is not on its list.</param>
    /// <exception cref="ArgumentException">It is shorter than it says.</exception>
    public static IReadOnlyList<PoisonRecord> ReadAnswer(ReadOnlySpan<byte> answer, out bool more, out bool overflowed)
    {
        int count = answer.Length < HeaderLength ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(answer[10..]);
        if (count > (answer.Length - HeaderLength) / RecordLength)
            throw new ArgumentException("An answer of Get Poison List is shorter than it says.", nameof(answer));
        (more, overflowed) = ((answer[0] & 1) != 0, (answer[0] & 2) != 0);
        var records = new PoisonRecord[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = answer[(HeaderLength + (i * RecordLength))..];
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(record);
            records[i] = new PoisonRecord(
                new Dpa(address & ~0x3FUL), BinaryPrimitives.ReadUInt32LittleEndian(record[8..]), (PoisonSource)(address & 7));
        }

        return records;
    }

    private readonly record struct Entry(ulong Line, ulong Lines, PoisonSource Source)
    {
        public ulong End => Line + Lines;
    }
}
