namespace CxlTopology.Simulation;

/// <summary>
/// The immutable records that control messages carry, by index. Control is rare: a lock is cheap, and the index decides nothing.
/// </summary>
internal sealed class RecordTable(int limit)
{
    private readonly Lock gate = new();
    private readonly Stack<int> free = new();
    private object?[] records = new object?[64];
    private int next;

    public int Add(object record)
    {
        lock (gate)
        {
            if (!free.TryPop(out int index))
            {
                if (next == limit)
                {
                    throw new SimulationLimitException(
                        $"More than {limit:N0} control records are in use at once. Raise {nameof(SimulationOptions.RecordsMax)}.");
                }

                index = next++;
                if (index == records.Length)
                    Array.Resize(ref records, Math.Min(limit, records.Length * 2));
            }

            records[index] = record;
            return index;
        }
    }

    public object Get(int index)
    {
        lock (gate)
            return records[index] ?? throw new InvariantException($"Control record {index} was read after it was freed.");
    }

    public void Remove(int index)
    {
        lock (gate)
        {
            records[index] = null;
            free.Push(index);
        }
    }
}
