namespace CxlTopology.Simulation;

/// <summary>
/// Hands out slot numbers in batches to the caches of the partitions, and takes them back. The limit is rounded up to batches.
/// </summary>
/// <remarks>
/// Which number a slot has decides nothing; so the lock, and the order in which partitions take it, decide nothing either.
/// </remarks>
internal sealed class SlotSource(int limit, int chunkSize, string what, string option, Action<int> grow)
{
    public const int Batch = 256;

    private readonly Lock gate = new();
    private int[] returned = new int[Batch];
    private int count;
    private int next;

    /// <summary>Fills a span of <see cref="Batch"/> numbers with slots that nobody uses.</summary>
    public void Take(Span<int> batch)
    {
        lock (gate)
        {
            if (count != 0)
            {
                count -= Batch;
                returned.AsSpan(count, Batch).CopyTo(batch);
                return;
            }

            if (next >= limit)
            {
                throw new SimulationLimitException(
                    $"More than {limit:N0} {what} are in use at once. Raise {option}, or find what sends without waiting for answers.");
            }

            if (next % chunkSize == 0)
                grow(next / chunkSize);
            for (int i = 0; i < Batch; i++)
                batch[i] = next + Batch - 1 - i;
            next += Batch;
        }
    }

    /// <summary>Takes back <see cref="Batch"/> slots.</summary>
    public void Return(ReadOnlySpan<int> batch)
    {
        lock (gate)
        {
            if (count == returned.Length)
                Array.Resize(ref returned, count * 2);
            batch.CopyTo(returned.AsSpan(count));
            count += Batch;
        }
    }
}
