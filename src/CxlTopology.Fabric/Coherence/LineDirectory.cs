using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>The directory of a home agent: which devices hold which lines. Exact, as devices say what they evict.</summary>
internal sealed class LineDirectory
{
    private readonly LineMap places = new();
    private DirectoryEntry[] entries = new DirectoryEntry[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    /// <summary>Lines that it knows of.</summary>
    public int Count => places.Count;

    /// <summary>The lines and what is known of them, in no order that means anything.</summary>
    public IEnumerable<(ulong Line, DirectoryEntry Entry)> All
    {
        get
        {
            foreach ((ulong line, int place) in places.All)
                yield return (line, entries[place]);
        }
    }

    /// <summary>Writes what it knows.</summary>
    public void Save(WireBuffer to)
    {
        to.WriteInt32(Count);
        foreach ((ulong line, DirectoryEntry entry) in All)
        {
            to.WriteUInt64(line);
            to.WriteByte((byte)(entry.Owner + 1));
            to.WriteUInt16(entry.Sharers);
            to.WriteByte((byte)entry.Permission);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(ref WireReader from)
    {
        foreach ((ulong line, _) in All.ToArray())
            Set(line, new DirectoryEntry { Owner = -1 });
        for (int left = from.ReadCount(int.MaxValue); left > 0; left--)
        {
            ulong line = from.ReadUInt64();
            var entry = new DirectoryEntry { Owner = (sbyte)(from.ReadByte() - 1), Sharers = from.ReadUInt16(), Permission = (Specification.LineState)from.ReadByte() };
            Set(line, entry);
        }
    }

    /// <summary>What is known of a line; nobody holds it if nothing is.</summary>
    public DirectoryEntry Find(ulong line) => places.Find(line) is >= 0 and int place ? entries[place] : new DirectoryEntry { Owner = -1 };

    /// <summary>Changes what is known of a line.</summary>
    public void Set(ulong line, in DirectoryEntry entry)
    {
        int place = places.Find(line);
        bool isEmpty = entry.Owner < 0 && entry.Sharers == 0 && entry.Permission == Specification.LineState.Invalid;
        if (place >= 0 && isEmpty)
        {
            places.Remove(line);
            if (freeCount == free.Length)
                Array.Resize(ref free, free.Length * 2);
            free[freeCount++] = place;
        }
        else if (place >= 0)
        {
            entries[place] = entry;
        }
        else if (!isEmpty)
        {
            place = freeCount > 0 ? free[--freeCount] : used++;
            if (place == entries.Length)
                Array.Resize(ref entries, entries.Length * 2);
            entries[place] = entry;
            places.Set(line, place);
        }
    }
}
