namespace CxlTopology.Simulation;

/// <summary>Messages on their way from one partition to another: slots, and the earliest time among them.</summary>
internal sealed class Outbox
{
    private int[] slots = new int[64];
    private int[] ready = new int[64];
    private int count;
    private int readyCount;

    /// <summary>The earliest time of what was added since the last <see cref="Publish"/>.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    public void Add(int slot, long time)
    {
        if (count == slots.Length)
            Array.Resize(ref slots, count * 2);
        slots[count++] = slot;
        if (time < Earliest)
            Earliest = time;
    }

    /// <summary>Makes what was added readable to the other side, and starts afresh. Both sides pass a barrier between this and <see cref="Ready"/>.</summary>
    public void Publish()
    {
        (slots, ready) = (ready, slots);
        readyCount = count;
        count = 0;
        Earliest = long.MaxValue;
    }

    /// <summary>What was published last.</summary>
    public ReadOnlySpan<int> Ready => ready.AsSpan(0, readyCount);
}
