namespace CxlTopology.Simulation;

/// <summary>Runs the partitions of a simulation window by window: one worker all of them, or each its own, whichever pays.</summary>
internal sealed class WindowLoop
{
    private const int WindowsToMeasure = 256;
    private const int MinimumSpanShift = 34;
    private readonly Simulation simulation;
    private readonly Partition[] partitions;
    private readonly byte[] plan;
    private readonly int bound;
    private readonly int bucketShift;
    private readonly int spanShift;
    private readonly long window;
    private readonly long stretch;
    private long failedUntil = long.MaxValue;
    private bool spread;

    /// <param name="simulation">Whose partitions run.</param>
    /// <param name="partitions">The partitions; the first one runs all components until several pay.</param>
    /// <param name="plan">The owner of each component when several run.</param>
    /// <param name="cut">The shortest latency that the plan cuts; <see cref="long.MaxValue"/> if it cuts none.</param>
    /// <param name="bucketShift">The bucket of the wheels: windows are whole buckets.</param>
    /// <param name="bucketShiftMax">The largest bucket that the wiring allows.</param>
    public WindowLoop(Simulation simulation, Partition[] partitions, byte[] plan, long cut, int bucketShift, int bucketShiftMax)
    {
        this.simulation = simulation;
        this.partitions = partitions;
        this.plan = plan;
        this.bucketShift = bucketShift;
        bound = simulation.Options.MessagesPerWindowMin;
        spanShift = Math.Max(MinimumSpanShift, bucketShiftMax);
        stretch = 1L << (bucketShift + 10);
        window = cut == long.MaxValue ? stretch : Align(cut);
    }

    /// <summary>Windows that several workers ran side by side.</summary>
    public long ParallelWindows { get; private set; }

    /// <summary>Whether a failure ends the run, or has ended it.</summary>
    public bool Failed => Volatile.Read(ref failedUntil) != long.MaxValue;

    /// <summary>
    /// Ends the run over a failure: at once at the start, later when the span of time that the failure lies in is over. No window crosses
    /// the end of a span, so that what has been handled by then depends neither on the workers nor on the bucket.
    /// </summary>
    public void Fail(long time, bool atStart) => Volatile.Write(ref failedUntil, atStart ? 0 : SpanEnd(time));

    /// <summary>Before when the run ends over a failure; <see cref="long.MaxValue"/> without one.</summary>
    public long FailedUntil => Volatile.Read(ref failedUntil);

    /// <summary>Another process says when the run ends over a failure of its own.</summary>
    public void HearOfFailure(long until) => failedUntil = Math.Min(failedUntil, until);

    /// <summary>Another window was run by all processes.</summary>
    public void CountWindow() => ParallelWindows++;

    /// <summary>Handles everything before a time, together with other processes.</summary>
    public void RunWithPeers(long limit, PeerExchange exchange)
    {
        Partition own = partitions[0];
        while (true)
        {
            own.host?.TakeIn();
            long minimum = exchange.Exchange(own, own.EarliestBound());
            limit = Math.Min(limit, failedUntil);
            if (minimum == IExchange.Leave || minimum >= limit)
                return;
            long end = EndOf(minimum, window);
            bool last = end < 0 || end >= limit;
            try
            {
                own.RunWindow(last ? limit : end);
                own.Tidy();
                exchange.HaveHandled(last ? limit : end);
            }
#pragma warning disable CA1031 // the other processes must hear of it, and the run ends with what there is
            catch (Exception exception)
#pragma warning restore CA1031
            {
                exchange.Break(exception);
            }

            if (!last)
                continue;
            exchange.Exchange(own, long.MaxValue); // what crossed in the last window waits at its owner
            return;
        }
    }

    /// <summary>Handles everything before a time, unless the run is stopped or fails.</summary>
    public void Run(long limit)
    {
        if (partitions.Length > 1 && bound == 0 && !spread)
            Move(plan, apart: true);
        while (spread ? RunTogether(limit) : RunAlone(limit))
        {
        }
    }

    /// <summary>One worker runs all. True if it should be several from here on.</summary>
    private bool RunAlone(long limit)
    {
        Partition only = partitions[0];
        bool several = partitions.Length > 1;
        bool measuring = several;
        int windows = 0;
        long eventsAtFirst = only.events;
        while (!simulation.stopRequested)
        {
            limit = Math.Min(limit, Volatile.Read(ref failedUntil));
            only.host?.TakeIn();
            long earliest = only.EarliestBound();
            if (earliest >= limit)
                return false;
            long eventsBefore = only.events;
            long end = EndOf(earliest, measuring ? window : stretch);
            bool last = end < 0 || end >= limit;
            only.RunWindow(last ? limit : end);
            only.Tidy();
            if (last && only.host?.TakeIn() != true)
                return false;
            if (!several)
                continue;
            windows++;
            if (!measuring)
            {
                // Between measurements long stretches cost less. One that held enough for all the windows in it is a reason to measure.
                long windowsInside = (end - Align(earliest)) / window;
                measuring = windows == WindowsToMeasure || only.events - eventsBefore >= windowsInside * bound;
                if (!measuring)
                    continue;
            }
            else if (windows < WindowsToMeasure && only.events - eventsAtFirst < (long)WindowsToMeasure * bound)
            {
                continue; // neither enough windows nor enough messages to judge by
            }
            else if (only.events - eventsAtFirst >= (long)windows * bound)
            {
                Move(plan, apart: true);
                return true;
            }
            else
            {
                measuring = false;
            }

            windows = 0;
            eventsAtFirst = only.events;
        }

        return false;
    }

    /// <summary>Every worker runs its own partition. True if one should run all from here on.</summary>
    private bool RunTogether(long limit)
    {
        long measured = 0;
        long eventsBefore = partitions.Sum(p => p.events);
        bool merge = false;
        Exception? broken = null;
        var exchange = new ThreadExchange(partitions, Leave);

        bool Leave(long self)
        {
            if (simulation.stopRequested)
                return true;
            if (self != 0)
                return false;
            ParallelWindows++;
            if (bound == 0 || ++measured % (16 * WindowsToMeasure) != 0)
                return false;
            // Half of what makes several workers start: no swinging to and fro.
            long events = partitions.Sum(p => Volatile.Read(ref p.events));
            merge = 2 * (events - eventsBefore) < 16 * WindowsToMeasure * (long)bound;
            eventsBefore = events;
            return merge;
        }

        void Work(Partition partition)
        {
            try
            {
                RunApart(partition, exchange, limit);
            }
#pragma warning disable CA1031 // it is thrown again on the caller's thread once all workers have left
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref broken, exception, null);
                exchange.Fail();
                exchange.Exchange(partition, long.MaxValue);
            }
        }

        var threads = new Thread[partitions.Length - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            Partition partition = partitions[i + 1];
            threads[i] = new Thread(() => Work(partition)) { IsBackground = true, Name = "partition " + (i + 1) };
            threads[i].Start();
        }

        Work(partitions[0]);
        foreach (Thread thread in threads)
            thread.Join();
        if (broken is not null)
            throw new InvariantException($"A worker met {broken.GetType().Name}: {broken.Message}{Environment.NewLine}{broken.StackTrace}");
        if (!merge || simulation.stopRequested)
            return false;
        Move(new byte[plan.Length], apart: false);
        return true;
    }

    /// <summary>One worker's windows, between exchanges with the others.</summary>
    private void RunApart(Partition partition, ThreadExchange exchange, long limit)
    {
        while (true)
        {
            long minimum = exchange.Exchange(partition, partition.EarliestBound());
            // A worker may see the failure of another one window early. It then stops at the end of the span, where the others find at the
            // exchange that nothing is left before it: all make the same number of exchanges.
            limit = Math.Min(limit, Volatile.Read(ref failedUntil));
            if (minimum == IExchange.Leave || minimum >= limit)
                return;
            long end = EndOf(minimum, window);
            bool last = end < 0 || end >= limit;
            partition.RunWindow(last ? limit : end);
            partition.Tidy();
            if (!last)
                continue;
            exchange.Exchange(partition, long.MaxValue); // what crossed in the last window waits at its owner
            return;
        }
    }

    /// <summary>Gives every component its owner, and every pending message to the owner of whom it goes to.</summary>
    private void Move(byte[] to, bool apart)
    {
        spread = apart;
        ActorPlace[] places = simulation.places;
        var pending = new List<int>();
        foreach (Partition partition in partitions)
        {
            partition.Drain(pending.Add);
            partition.live = 0;
            partition.dead = 0;
        }

        for (int id = 1; id < places.Length; id++)
        {
            places[id].Owner = to[places[id].Component];
            if (places[id].Actor is { } actor)
                actor.partition = partitions[places[id].Owner];
        }

        foreach (int slot in pending)
        {
            ref Message message = ref simulation.slab[slot];
            Partition owner = partitions[places[message.Destination].Owner];
            if (message.Kind == Message.NoKind)
                owner.FreeSlot(slot, ref message);
            else
                owner.Accept(slot);
        }
    }

    private long Align(long time) => time >> bucketShift << bucketShift;

    private long SpanEnd(long time) => ((time >> spanShift) + 1) << spanShift;

    /// <summary>Where a window of a length ends, or the span if that comes first; negative past the end of time.</summary>
    private long EndOf(long earliest, long length)
    {
        long end = Align(earliest) + length;
        long span = SpanEnd(earliest);
        return end < 0 || span < 0 ? -1 : Math.Min(end, span);
    }
}
