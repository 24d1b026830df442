namespace CxlTopology.Simulation;

/// <summary>
/// A partition's own stock of free slots: taken and given back without a lock, refilled from the <see cref="SlotSource"/> by the batch.
/// </summary>
internal sealed class SlotCache(SlotSource source)
{
    private readonly int[] free = new int[2 * SlotSource.Batch];
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
        source.Take(free.AsSpan(0, SlotSource.Batch));
        count = SlotSource.Batch;
    }

    private void Spill()
    {
        source.Return(free.AsSpan(0, SlotSource.Batch));
        free.AsSpan(SlotSource.Batch).CopyTo(free);
        count = SlotSource.Batch;
    }
}
