using System.Runtime.InteropServices;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>Knows what was last written to each line of a host's memory, and whether a read returns it.</summary>
/// <remarks>
/// Lines that were never written read as zero. A read that overlaps a write to the same line may return either, and is not judged;
/// nor is a byte that two writes wrote at once. Used in the turns of one host only. Bounded by
/// <see cref="LinesMax"/> lines; more are not judged, and counted as such.
/// </remarks>
public sealed class DataChecker
{
    /// <summary>Written lines that are remembered at the most.</summary>
    public const int LinesMax = 1 << 24;

    private readonly Dictionary<ulong, int> places = [];
    private readonly List<byte[]> blocks = [];
    private readonly List<Line> lines = [];
    private long now;

    /// <summary>Reads that were compared.</summary>
    public long Checked { get; private set; }

    /// <summary>Reads that returned something else than what was written last.</summary>
    public long Violations { get; private set; }

    /// <summary>Reads that were not judged, because a write to the line was under way, the line is not remembered, or a reset has cost the memory its contents.</summary>
    public long Unjudged { get; private set; }

    /// <summary>The first violation, in words; null if there is none.</summary>
    public string? First { get; private set; }

    /// <summary>A write of those bytes that <paramref name="enables"/> has a one for has been issued.</summary>
    public void WriteIssued(ulong address, ulong enables)
    {
        int place = Find(address, create: true);
        if (place < 0)
            return;
        ref Line line = ref CollectionsMarshal.AsSpan(lines)[place];
        line.Changed = ++now;
        line.Writing++;
        line.Contested |= line.Touched & enables;
        line.Touched |= enables;
    }

    /// <summary>A write has completed: its bytes are there now, or are unknown if it failed.</summary>
    public void WriteCompleted(ulong address, ReadOnlySpan<byte> data, ulong enables, bool done)
    {
        int place = Find(address, create: false);
        if (place < 0)
            return;
        ref Line line = ref CollectionsMarshal.AsSpan(lines)[place];
        // Of two writes of a byte that were under way at once nobody here knows which landed last.
        ulong known = done ? enables & ~line.Contested : 0;
        line.Unknown = (line.Unknown & ~known) | (enables & ~known);
        Merge(BytesOf(place), data, known);
        line.Changed = ++now;
        if (--line.Writing == 0)
            line.Touched = line.Contested = 0;
    }

    /// <summary>A mark in the order of writes, taken when a read is issued, for <see cref="ReadCompleted"/>.</summary>
    public long Mark => now;

    /// <summary>A read of a line has completed that was issued at <paramref name="mark"/>.</summary>
    public void ReadCompleted(ulong address, long mark, ReadOnlySpan<byte> data, SimTime at)
    {
        int place = Find(address, create: false);
        Line line = place < 0 ? default : lines[place];
        if (line.Changed > mark || line.Writing > 0 || line.Unknown == ulong.MaxValue)
        {
            Unjudged++;
            return;
        }

        Checked++;
        if (place < 0 ? data.IndexOfAnyExcept((byte)0) < 0 : Matches(data, BytesOf(place), line.Unknown))
            return;
        Violations++;
        First ??= $"at {at} a read of line 0x{address:x} returned {Convert.ToHexStringLower(data[..8])}…, where {(place < 0 ? "nothing was ever written" : Convert.ToHexStringLower(BytesOf(place)[..8]) + "… was written last")}";
    }

    /// <summary>A read has completed of what a reset has cost the memory.</summary>
    public void ReadLost() => Unjudged++;

    internal void Save(WireBuffer to)
    {
        to.WriteInt64(Checked);
        to.WriteInt64(Violations);
        to.WriteInt64(Unjudged);
        to.WriteText(First ?? "");
    }

    internal void Load(ref WireReader from)
    {
        (Checked, Violations, Unjudged) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        First = from.ReadText() is { Length: > 0 } first ? first : null;
    }

    private static bool Matches(ReadOnlySpan<byte> data, ReadOnlySpan<byte> written, ulong unknown)
    {
        if (unknown == 0)
            return data.SequenceEqual(written);
        for (int i = 0; i < 64; i++)
        {
            if ((unknown >> i & 1) == 0 && data[i] != written[i])
                return false;
        }

        return true;
    }

    private int Find(ulong address, bool create)
    {
        if (places.TryGetValue(address, out int place))
            return place;
        if (!create || lines.Count == LinesMax)
            return -1;
        place = lines.Count;
        places.Add(address, place);
        lines.Add(default);
        if (place % LinesOfBlock == 0)
            blocks.Add(new byte[LinesOfBlock * 64]);
        return place;
    }

    private const int LinesOfBlock = 1024;

    private Span<byte> BytesOf(int place) => blocks[place / LinesOfBlock].AsSpan(place % LinesOfBlock * 64, 64);

    private static void Merge(Span<byte> target, ReadOnlySpan<byte> data, ulong enables)
    {
        for (int i = 0; i < 64; i++)
        {
            if ((enables >> i & 1) != 0)
                target[i] = data[i];
        }
    }

    private struct Line
    {
        public long Changed;
        public int Writing;
        public ulong Touched;
        public ulong Contested;
        public ulong Unknown;
    }
}
