namespace CxlTopology.Simulation;

/// <summary>A partition's own stock of free slots: taken and given back without a lock, refilled from the <see cref="SlotSource"/> by the batch.</summary>
internal sealed class SlotCache(SlotSource source)
{
    private readonly int[] free = new int[2 * SlotSource.Batch];
    private int[]? spare;
    private int count;

    public int Take()
    {
        if (count == 0)
            Refill();
        return free[--count];
    }

    public void Return(int slot)
    {
        if (count == free.Length)
            Spill();
        free[count++] = slot;
    }

    private void Refill()
    {
        spare = source.Take();
        spare.CopyTo(free, 0);
        count = SlotSource.Batch;
    }

    private void Spill()
    {
        int[] batch = spare ?? new int[SlotSource.Batch];
        spare = null;
        free.AsSpan(0, SlotSource.Batch).CopyTo(batch);
        source.Return(batch);
        free.AsSpan(SlotSource.Batch).CopyTo(free);
        count = SlotSource.Batch;
    }
}
