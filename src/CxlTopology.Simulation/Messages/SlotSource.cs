namespace CxlTopology.Simulation;

/// <summary>Hands out slot numbers in batches to the caches of the partitions, and takes them back.</summary>
/// <remarks>Which number a slot has decides nothing; so the lock, and the order in which partitions take it, decide nothing either.</remarks>
internal sealed class SlotSource(int limit, int chunkSize, string what, string option, Action<int> grow)
{
    public const int Batch = 256;

    private readonly Stack<int[]> returned = new();
    private readonly Lock gate = new();
    private int next;

    public int[] Take()
    {
        lock (gate)
        {
            if (returned.TryPop(out int[]? batch))
                return batch;
            if (next + Batch > limit)
                throw new SimulationLimitException($"More than {limit:N0} {what} are in use at once. Raise {option}, or find what sends without waiting for answers.");
            if (next % chunkSize == 0)
                grow(next / chunkSize);
            batch = new int[Batch];
            for (int i = 0; i < Batch; i++)
                batch[i] = next + Batch - 1 - i;
            next += Batch;
            return batch;
        }
    }

    public void Return(int[] batch)
    {
        lock (gate)
            returned.Push(batch);
    }
}
