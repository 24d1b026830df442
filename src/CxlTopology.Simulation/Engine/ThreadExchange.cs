namespace CxlTopology.Simulation;

/// <summary>The seam inside one process: a barrier between threads. Slots are passed, not copied.</summary>
internal sealed class ThreadExchange(Partition[] partitions, Func<long, bool> leave) : IExchange
{
    private readonly long[][] minima = [new long[partitions.Length * Padding], new long[partitions.Length * Padding]];
    private const int Padding = 16; // numbers of different threads on cache lines of their own
    private const int SpinsMax = 300; // about a microsecond; longer spinning ruins a machine that others use too
    private int arrived;
    private int generation;
    private bool failed;

    /// <summary>Makes every partition leave at the next exchange: a worker met an exception that ends the run.</summary>
    public void Fail() => Volatile.Write(ref failed, true);

    public long Exchange(Partition partition, long earliest)
    {
        int self = partition.index;
        foreach (Outbox outbox in partition.outboxes)
            earliest = Math.Min(earliest, outbox.Earliest);

        // Two sets of minima: a fast worker may publish its next one while a slow one still reads these.
        int parity = partition.parity;
        partition.parity ^= 1;
        minima[parity][self * Padding] = Volatile.Read(ref failed) || leave(self) ? IExchange.Leave : earliest;
        Pass();
        foreach (Outbox outbox in partition.outboxes)
            outbox.Flip();
        long minimum = long.MaxValue;
        for (int other = 0; other < partitions.Length; other++)
        {
            minimum = Math.Min(minimum, minima[parity][other * Padding]);
            foreach (int slot in partitions[other].outboxes[self].Sent(parity))
                partition.Accept(slot);
        }

        return minimum;
    }

    private void Pass()
    {
        int mine = Volatile.Read(ref generation);
        if (Interlocked.Increment(ref arrived) == partitions.Length)
        {
            arrived = 0;
            Volatile.Write(ref generation, mine + 1);
            return;
        }

        for (int spins = 0; Volatile.Read(ref generation) == mine; spins++)
        {
            if (spins < SpinsMax)
                Thread.SpinWait(1);
            else
                Thread.Yield();
        }
    }
}
