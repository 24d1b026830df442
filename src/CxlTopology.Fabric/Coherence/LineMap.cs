using System.Numerics;

namespace CxlTopology.Fabric;

/// <summary>A map from lines to small numbers: open addressing, no allocation once it has its size, no order that anything could depend on.</summary>
internal sealed class LineMap
{
    private ulong[] keys;
    private int[] values;
    private int mask;

    /// <param name="capacity">Lines it holds before it grows.</param>
    public LineMap(int capacity = 16)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2));
        keys = new ulong[size];
        values = new int[size];
        mask = size - 1;
    }

    /// <summary>How many lines are in it.</summary>
    public int Count { get; private set; }

    /// <summary>The lines, in no order that means anything.</summary>
    public IEnumerable<(ulong Line, int Value)> All
    {
        get
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (keys[i] != 0)
                    yield return (keys[i] & ~1UL, values[i]);
            }
        }
    }

    /// <summary>The number of a line; -1 if it is not there.</summary>
    public int Find(ulong line)
    {
        ulong key = line | 1; // line 0 is a line as well
        for (int i = Place(line); keys[i] != 0; i = (i + 1) & mask)
        {
            if (keys[i] == key)
                return values[i];
        }

        return -1;
    }

    /// <summary>Sets the number of a line.</summary>
    public void Set(ulong line, int value)
    {
        if (Count * 2 >= keys.Length)
            Grow();
        ulong key = line | 1;
        int i = Place(line);
        while (keys[i] != 0 && keys[i] != key)
            i = (i + 1) & mask;
        if (keys[i] == 0)
            Count++;
        keys[i] = key;
        values[i] = value;
    }

    /// <summary>Takes a line out; nothing happens if it is not there.</summary>
    public void Remove(ulong line)
    {
        ulong key = line | 1;
        int hole = Place(line);
        while (keys[hole] != key)
        {
            if (keys[hole] == 0)
                return;
            hole = (hole + 1) & mask;
        }

        Count--;
        for (int i = (hole + 1) & mask; keys[i] != 0; i = (i + 1) & mask)
        {
            // What would no longer be found from its own place moves into the hole.
            if (((i - Place(keys[i] & ~1UL)) & mask) < ((i - hole) & mask))
                continue;
            keys[hole] = keys[i];
            values[hole] = values[i];
            hole = i;
        }

        keys[hole] = 0;
    }

    private int Place(ulong line) => (int)((line >> 6) * 0x9E3779B97F4A7C15 >> 40) & mask;

    private void Grow()
    {
        (ulong[] oldKeys, int[] oldValues) = (keys, values);
        keys = new ulong[oldKeys.Length * 2];
        values = new int[keys.Length];
        mask = keys.Length - 1;
        Count = 0;
        for (int i = 0; i < oldKeys.Length; i++)
        {
            if (oldKeys[i] != 0)
                Set(oldKeys[i] & ~1UL, oldValues[i]);
        }
    }
}
