using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>The directory of a home agent: which devices hold which lines. Exact, as devices say what they evict.</summary>
internal sealed class LineDirectory
{
    private const int SizeMin = 64;
    private Place[] places = new Place[SizeMin];
    private int mask = SizeMin - 1;
    private int recent; // where the line was that was looked for last: a line in hand is looked for again and again

    /// <summary>Lines that it knows of.</summary>
    public int Count { get; private set; }

    /// <summary>The lines and what is known of them, in no order that means anything.</summary>
    public IEnumerable<(ulong Line, DirectoryEntry Entry)> All
    {
        get
        {
            for (int i = 0; i < places.Length; i++)
            {
                if (places[i].Key != 0)
                    yield return (places[i].Key & ~1UL, places[i].Entry);
            }
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
    public DirectoryEntry Find(ulong line)
    {
        ref readonly Place place = ref places[PlaceOf(line)];
        return place.Key != 0 ? place.Entry : new DirectoryEntry { Owner = -1 };
    }

    /// <summary>Changes what is known of a line.</summary>
    public void Set(ulong line, in DirectoryEntry entry)
    {
        int at = PlaceOf(line);
        bool isEmpty = entry.Owner < 0 && entry.Sharers == 0 && entry.Permission == Specification.LineState.Invalid;
        if (places[at].Key != 0 && isEmpty)
        {
            Remove(at);
        }
        else if (!isEmpty)
        {
            if (places[at].Key == 0)
            {
                Count++;
                places[at].Key = line | 1;
            }

            places[at].Entry = entry;
            if (Count * 4 >= places.Length * 3)
                Grow();
        }
    }

    /// <summary>Has the place fetched where a line would be.</summary>
    public void Fetch(ulong line) => Prefetch.Read(ref places[First(line)]);

    /// <summary>Where a line is, or the empty place where it would be.</summary>
    private int PlaceOf(ulong line)
    {
        ulong key = line | 1; // line 0 is a line as well
        Place[] all = places;
        int i = recent;
        if (all[i].Key == key)
            return i;
        i = First(line);
        while (all[i].Key != key && all[i].Key != 0)
            i = (i + 1) & mask;
        return recent = i;
    }

    private void Remove(int hole)
    {
        Count--;
        for (int i = (hole + 1) & mask; places[i].Key != 0; i = (i + 1) & mask)
        {
            // What would no longer be found from its own place moves into the hole.
            if (((i - First(places[i].Key & ~1UL)) & mask) < ((i - hole) & mask))
                continue;
            places[hole] = places[i];
            hole = i;
        }

        places[hole] = default;
    }

    private int First(ulong line) => (int)((line >> 6) * 0x9E3779B97F4A7C15 >> 32) & mask;

    private void Grow()
    {
        Place[] before = places;
        places = new Place[before.Length * 2];
        mask = places.Length - 1;
        foreach (ref readonly Place place in before.AsSpan())
        {
            if (place.Key != 0)
                places[PlaceOf(place.Key & ~1UL)] = place;
        }
    }

    // 16 bytes: what is known of a line comes with the line.
    private struct Place
    {
        public ulong Key; // the line, and bit 0 to tell it from an empty place
        public DirectoryEntry Entry;
    }
}
