namespace CxlTopology.Fabric;

/// <summary>A map from lines to small numbers: open addressing, no allocation once it has its size, no order that anything could depend on.</summary>
internal sealed class LineMap
{
    private const int PlacesMin = 32; // a power of two
    private Place[] places = new Place[PlacesMin];
    private int mask = PlacesMin - 1;
    private int count;

    /// <summary>The number of a line; -1 if it is not there.</summary>
    public int Find(ulong line)
    {
        ulong key = line | 1; // line 0 is a line as well
        Place[] all = places;
        for (int i = First(line); ; i = (i + 1) & mask)
        {
            ulong here = all[i].Key;
            if (here == key)
                return all[i].Value;
            if (here == 0)
                return -1;
        }
    }

    /// <summary>Sets the number of a line.</summary>
    public void Set(ulong line, int value)
    {
        if (count * 2 >= places.Length)
            Grow();
        ulong key = line | 1;
        int i = First(line);
        while (places[i].Key != 0 && places[i].Key != key)
            i = (i + 1) & mask;
        if (places[i].Key == 0)
            count++;
        places[i] = new Place { Key = key, Value = value };
    }

    /// <summary>Takes a line out; nothing happens if it is not there.</summary>
    public void Remove(ulong line)
    {
        ulong key = line | 1;
        int hole = First(line);
        while (places[hole].Key != key)
        {
            if (places[hole].Key == 0)
                return;
            hole = (hole + 1) & mask;
        }

        count--;
        for (int i = (hole + 1) & mask; places[i].Key != 0; i = (i + 1) & mask)
        {
            // What would no longer be found from its own place moves into the hole.
            if (((i - First(places[i].Key & ~1UL)) & mask) < ((i - hole) & mask))
                continue;
            places[hole] = places[i];
            hole = i;
        }

        places[hole].Key = 0;
    }

    private int First(ulong line) => (int)((line >> 6) * 0x9E3779B97F4A7C15 >> 40) & mask;

    private void Grow()
    {
        Place[] before = places;
        places = new Place[before.Length * 2];
        mask = places.Length - 1;
        count = 0;
        foreach (ref readonly Place place in before.AsSpan())
        {
            if (place.Key != 0)
                Set(place.Key & ~1UL, place.Value);
        }
    }

    // A line and its number side by side: one look costs one miss of the real machine's cache.
    private struct Place
    {
        public ulong Key; // the line, and bit 0 to tell it from an empty place
        public int Value;
    }
}
