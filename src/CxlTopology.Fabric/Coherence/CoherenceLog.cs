using System.Runtime.InteropServices;
using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>The coherence events of one actor, in the order in which they happened, until a checker has read them.</summary>
/// <remarks>
/// Written in the turns of its actor only, read between runs. At most <see cref="EventsMax"/> are kept, and the data of at most <see cref="WritesMax"/> writes; more
/// are counted, and then nothing can be judged.
/// </remarks>
public sealed class CoherenceLog
{
    /// <summary>Events that are kept at the most.</summary>
    public const int EventsMax = 1 << 24;

    /// <summary>Writes whose data is kept at the most.</summary>
    public const int WritesMax = 1 << 22;

    internal const ulong AllBytes = ulong.MaxValue;

    private const int LineBytes = 64;
    private CoherenceEvent[] events = new CoherenceEvent[256];
    private byte[] data = new byte[64 * LineBytes];
    private int writes;

    /// <summary>Events that are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Events that found no room.</summary>
    public long Dropped { get; private set; }

    /// <summary>The events.</summary>
    public ReadOnlySpan<CoherenceEvent> Events => events.AsSpan(0, Count);

    /// <summary>The data of a write: 64 bytes.</summary>
    public ReadOnlySpan<byte> DataOf(in CoherenceEvent write) => data.AsSpan((int)write.Since * LineBytes, LineBytes);

    /// <summary>Forgets what has been read.</summary>
    public void Clear()
    {
        Count = 0;
        writes = 0;
        Dropped = 0;
    }

    internal void Save(WireBuffer to)
    {
        to.WriteInt32(Count);
        foreach (CoherenceEvent item in Events)
        {
            to.WriteInt64(item.Time);
            to.WriteUInt64(item.Line);
            to.WriteByte((byte)item.Kind);
            to.WriteUInt64(item.Value);
            to.WriteInt64(item.Since);
            to.WriteByte((byte)((item.IsPoisoned ? 1 : 0) | (item.IsWhole ? 2 : 0)));
        }

        to.WriteInt32(writes);
        to.WriteBytes(data.AsSpan(0, writes * LineBytes));
        to.WriteInt64(Dropped);
    }

    internal void Load(ref WireReader from)
    {
        Clear();
        for (int left = from.ReadCount(EventsMax); left > 0; left--)
        {
            (long time, ulong line) = (from.ReadInt64(), from.ReadUInt64());
            (byte kind, ulong value, long since) = (from.ReadByte(), from.ReadUInt64(), from.ReadInt64());
            byte flags = from.ReadByte();
            Add(new CoherenceEvent(time, line, (CoherenceEventKind)kind, value, since, (flags & 1) != 0, (flags & 2) != 0));
        }

        writes = from.ReadCount(WritesMax);
        if (data.Length < writes * LineBytes)
            Array.Resize(ref data, writes * LineBytes);
        from.ReadBytes(writes * LineBytes).CopyTo(data);
        Dropped = from.ReadInt64();
    }

    internal static ulong HashOf(ReadOnlySpan<byte> line)
    {
        ulong hash = 0;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(line))
            hash = StableHash.Chain(hash, word);
        return hash;
    }

    internal void Add(in CoherenceEvent item)
    {
        if (Count == EventsMax)
        {
            Dropped++;
            return;
        }

        if (Count == events.Length)
            Array.Resize(ref events, Count * 2);
        events[Count++] = item;
    }

    /// <summary>Adds a write with its data.</summary>
    internal void AddData(long time, ulong line, CoherenceEventKind kind, ReadOnlySpan<byte> written, ulong bytes, bool isPoisoned, bool isWhole)
    {
        if (writes == WritesMax)
        {
            Dropped++;
            return;
        }

        if (data.Length == writes * LineBytes)
            Array.Resize(ref data, data.Length * 2);
        written.CopyTo(data.AsSpan(writes * LineBytes, LineBytes));
        Add(new CoherenceEvent(time, line, kind, bytes, writes++, isPoisoned, isWhole));
    }
}
