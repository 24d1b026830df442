namespace CxlTopology.Simulation;

/// <summary>Messages on their way from one partition to another: slots, and the earliest time among them.</summary>
/// <remarks>
/// Two buffers by the parity of the window. The sender fills one; when both sides have passed the barrier the receiver reads that one while
/// the sender starts on the other, which the receiver was done with before it came to the barrier.
/// </remarks>
internal sealed class Outbox
{
    private readonly int[][] buffers = [new int[64], new int[64]];
    private readonly int[] counts = new int[2];
    private int filling;

    /// <summary>The earliest time of what was added in this window.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    public void Add(int slot, long time)
    {
        ref int count = ref counts[filling];
        if (count == buffers[filling].Length)
            Array.Resize(ref buffers[filling], count * 2);
        buffers[filling][count++] = slot;
        if (time < Earliest)
            Earliest = time;
    }

    /// <summary>The sender starts on the other buffer; after the barrier only.</summary>
    public void Flip()
    {
        filling ^= 1;
        counts[filling] = 0;
        Earliest = long.MaxValue;
    }

    /// <summary>What was added in this window; for the sender.</summary>
    public ReadOnlySpan<int> Waiting => buffers[filling].AsSpan(0, counts[filling]);

    /// <summary>What was added has gone to another process.</summary>
    public void Clear()
    {
        counts[filling] = 0;
        Earliest = long.MaxValue;
    }

    /// <summary>What was sent in a window of that parity; for the receiver, after the barrier.</summary>
    public ReadOnlySpan<int> Sent(int parity) => buffers[parity].AsSpan(0, counts[parity]);
}
