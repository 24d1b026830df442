using System.Globalization;
using System.Numerics;

namespace CxlTopology.Simulation;

/// <summary>A set of actors, their connections, and the simulated time they live in.</summary>
/// <remarks>
/// Add components, connect them, run. The same actors, connections and seed give the same run bit for bit, whatever the number of workers, the partition or the engine.
/// Bounds: 16,777,215 actors; connections of at least 1 ns between components; the limits of <see cref="SimulationOptions"/>.
/// </remarks>
public sealed class Simulation
{
    /// <summary>The shortest latency between two components: 1 ns. Shorter ones are refused when connected.</summary>
    public static readonly SimDuration LatencyMin = SimDuration.FromNanoseconds(1);

    private const int ActorsMax = (1 << 24) - 1;
    private const int DefaultShiftMax = 24;
    private const int WindowsToMeasure = 256;
    internal readonly MessageSlab slab;
    internal readonly PayloadLines lines;
    internal readonly RecordTable records;
    internal ActorPlace[] places = new ActorPlace[64];
    internal long controlLatency = LatencyMin.Femtoseconds;
    private readonly Outside outside = new();
    private readonly List<(int From, int To, long Latency)> connections = [];
    private readonly HashSet<(int Parent, string Name)> names = [];
    private Partition[] partitions = [];
    private byte[] plan = [];
    private int count = 1;
    private int bucketShift;
    private long parallelWindows;
    private bool spread;
    private volatile bool stopRequested;
    private volatile bool failed;

    /// <summary>An empty simulation.</summary>
    public Simulation(SimulationOptions? options = null)
    {
        Options = options ?? new SimulationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Options.Workers, 64);
        slab = new MessageSlab(Options.MessagesMax);
        lines = new PayloadLines(Options.PayloadLinesMax);
        records = new RecordTable(Options.RecordsMax);
        outside.simulation = this;
        places[0].Actor = outside;
    }

    /// <summary>What it was built from.</summary>
    public SimulationOptions Options { get; }

    /// <summary>How many ids are in use: actors and children set aside.</summary>
    public int ActorCount => count - 1;

    /// <summary>The bucket of the turn wheel, once the run has started.</summary>
    public SimDuration Bucket => new(1L << bucketShift);

    /// <summary>How far the first partition has come; for a progress display, from any thread.</summary>
    public SimTime Progress => partitions.Length == 0 ? SimTime.Zero : new SimTime(Volatile.Read(ref partitions[0].now));

    /// <summary>Messages handled so far, about; for a progress display, from any thread.</summary>
    public long EventsSoFar => partitions.Sum(p => Volatile.Read(ref p.events));

    private bool Started => partitions.Length != 0;

    /// <summary>Adds a component.</summary>
    /// <param name="name">The last part of its path, unique below its parent.</param>
    /// <param name="actor">The actor; its children so far are added with it.</param>
    /// <param name="parent">The actor that decides when this one fails, and the front of its path; null at the top.</param>
    public void Add(string name, ComponentActor actor, ComponentActor? parent = null)
    {
        if (actor.Id != 0)
            throw new WiringException($"{actor.Path} was added already.");
        if (parent is { Id: 0 })
            throw new WiringException($"The parent of {name} must be added before it.");
        actor.SetName(name);
        actor.Parent = parent;
        Register(actor, 0);
    }

    /// <summary>Connects two components, one way. The sender keeps the result.</summary>
    /// <param name="from">The sending actor.</param>
    /// <param name="to">The receiving actor.</param>
    /// <param name="port">The receiver's number for it, which its messages carry.</param>
    /// <param name="latency">The shortest time from sending to arrival: at least 1 ns between components, any inside one.</param>
    /// <exception cref="WiringException">The latency is too short, an actor was not added, or the run has started.</exception>
    public Connection Connect(ComponentActor from, ComponentActor to, int port, SimDuration latency)
    {
        if (Started)
            throw new WiringException($"{from.Path} and {to.Path} cannot be connected once the run has started.");
        if (from.simulation != this || to.simulation != this)
            throw new WiringException($"Both ends of a connection must be added first: {from.Name}, {to.Name}.");
        bool inside = from.component == to.component;
        if (latency < (inside ? SimDuration.Zero : LatencyMin))
            throw new WiringException($"The connection from {from.Path} to {to.Path} takes {latency}; between components it must take at least {LatencyMin}.");
        if (!inside)
            connections.Add((from.component, to.component, latency.Femtoseconds));
        return new Connection(to.Id, checked((ushort)port), latency.Femtoseconds);
    }

    /// <summary>Sends a message to an actor from outside, before the run or between two parts of it.</summary>
    /// <exception cref="WiringException"><paramref name="at"/> lies before what has been simulated.</exception>
    public void Post(ComponentActor to, Message message, SimTime at)
    {
        Start();
        Partition partition = to.partition;
        if (at.Femtoseconds < partition.now)
            throw new WiringException($"A message to {to.Path} at {at} comes too late: it is {new SimTime(partition.now)} already.");
        partition.Send(outside, ref message, to.Id, at.Femtoseconds);
    }

    /// <summary>Asks a running simulation to stop after what it is handling; from any thread.</summary>
    public void Stop() => stopRequested = true;

    /// <summary>Runs until nothing is pending, or up to and including a time.</summary>
    public RunResult Run(SimTime? until = null)
    {
        Start();
        stopRequested = false;
        long limit = until is { Femtoseconds: < long.MaxValue } time ? time.Femtoseconds + 1 : long.MaxValue;
        if (partitions.Length > 1 && Options.MessagesPerWindowMin == 0 && !spread)
            Move(plan, apart: true);
        while (spread ? RunTogether(limit) : RunAlone(limit))
        {
        }

        return Result();
    }

    /// <summary>An actor by its path, or null.</summary>
    public ComponentActor? Find(string path)
    {
        for (int id = 1; id < count; id++)
        {
            if (places[id].Actor is { } actor && actor.Path == path)
                return actor;
        }

        return null;
    }

    internal void Fail()
    {
        failed = true;
        stopRequested = true;
    }

    internal void Register(ComponentActor actor, int component)
    {
        int id = Reserve(1);
        if (!names.Add((actor.Parent?.Id ?? 0, actor.Name)))
            throw new WiringException($"{actor.Path} is there twice.");
        Attach(actor, id, component == 0 ? id : component, null!);
        foreach (ComponentActor child in actor.Children)
            Register(child, actor.component);
        actor.OnAttached();
    }

    internal int Reserve(int ids)
    {
        if (Started)
            throw new WiringException("Actors cannot be added once the run has started.");
        if (count + ids > ActorsMax)
            throw new WiringException($"A simulation holds at most {ActorsMax:N0} actors.");
        int first = count;
        count += ids;
        if (count > places.Length)
            Array.Resize(ref places, (int)BitOperations.RoundUpToPowerOf2((uint)count));

        return first;
    }

    internal void Attach(ComponentActor actor, int id, int component, Partition partition)
    {
        actor.Id = id;
        actor.simulation = this;
        actor.partition = partition;
        actor.component = component;
        actor.key = (ulong)id << 40;
        places[id].Actor = actor;
        places[id].Component = component;
    }

    private void Start()
    {
        if (Started)
            return;
        Array.Resize(ref places, count);
        names.Clear();
        names.TrimExcess();
        long shortest = long.MaxValue;
        foreach ((_, _, long latency) in connections)
        {
            shortest = Math.Min(shortest, latency);
            controlLatency = Math.Max(controlLatency, latency);
        }

        int largest = shortest == long.MaxValue ? DefaultShiftMax : BitOperations.Log2((ulong)shortest);
        bucketShift = Options.BucketShift ?? Math.Min(largest, DefaultShiftMax);
        if (bucketShift > largest || bucketShift < 19)
            throw new WiringException(string.Create(CultureInfo.InvariantCulture, $"A bucket of 2^{bucketShift} fs does not fit a wiring whose shortest connection takes {new SimDuration(shortest)}: 19 to {largest} do."));
        int workers = Options.Engine == EngineKind.PlainQueue ? 1 : Options.Workers;
        partitions = new Partition[workers];
        for (int i = 0; i < workers; i++)
            partitions[i] = Options.Engine == EngineKind.PlainQueue ? new PlainQueue(this) : new TurnWheel(this, i, workers, bucketShift);
        foreach (ActorPlace place in places)
        {
            if (place.Actor is { } actor)
                actor.partition = partitions[0];
        }

        plan = Plan(workers);
        for (int id = 1; id < count; id++)
        {
            if (places[id].Actor is { } actor)
                partitions[0].Start(actor);
        }
    }

    private byte[] Plan(int workers)
    {
        if (workers == 1)
            return new byte[count];
        if (Options.OwnerOf is not { } ownerOf)
            return Partitioning.Plan(places, workers);
        byte[] chosen = new byte[count];
        int place = 0;
        for (int id = 1; id < count; id++)
        {
            if (places[id].Component == id)
                chosen[id] = checked((byte)Math.Clamp(ownerOf(place++), 0, workers - 1));
        }

        return chosen;
    }

    /// <summary>One worker runs all. True if it should be several from here on.</summary>
    private bool RunAlone(long limit)
    {
        Partition only = partitions[0];
        long stretch = 1L << (bucketShift + 10);
        long window = partitions.Length == 1 ? stretch : Window();
        bool measuring = partitions.Length > 1;
        int windows = 0;
        long events = only.events;
        while (!stopRequested)
        {
            long earliest = only.EarliestBound();
            if (earliest >= limit)
                return false;
            long end = Align(earliest) + (measuring ? window : stretch);
            if (end < 0 || end >= limit)
            {
                only.RunWindow(limit);
                return false;
            }

            only.RunWindow(end);
            if (partitions.Length == 1 || ++windows < WindowsToMeasure)
                continue;
            if (measuring && only.events - events >= (long)windows * Options.MessagesPerWindowMin)
            {
                Move(plan, apart: true);
                return true;
            }

            measuring = !measuring; // windows are measured now and then only: between, there is nothing to gain from short ones
            windows = 0;
            events = only.events;
        }

        return false;
    }

    /// <summary>Every worker runs its own partition. True if one should run all from here on.</summary>
    private bool RunTogether(long limit)
    {
        long window = Window();
        long measured = 0;
        long eventsBefore = partitions.Sum(p => p.events);
        bool merge = false;
        var exchange = new ThreadExchange(partitions, self =>
        {
            if (stopRequested)
                return true;
            parallelWindows += self == 0 ? 1 : 0;
            if (self != 0 || Options.MessagesPerWindowMin == 0 || ++measured % (16 * WindowsToMeasure) != 0)
                return false;
            // Half of what makes several workers start: no swinging to and fro.
            long events = partitions.Sum(p => Volatile.Read(ref p.events));
            merge = 2 * (events - eventsBefore) < 16 * WindowsToMeasure * (long)Options.MessagesPerWindowMin;
            eventsBefore = events;
            return merge;
        });
        Exception? broken = null;
        void Work(Partition partition)
        {
            try
            {
                while (true)
                {
                    long minimum = exchange.Exchange(partition, partition.EarliestBound());
                    if (minimum == IExchange.Leave || minimum >= limit)
                        break;
                    long end = Align(minimum) + window;
                    bool last = end < 0 || end >= limit;
                    partition.RunWindow(last ? limit : end);
                    if (!last)
                        continue;
                    exchange.Exchange(partition, long.MaxValue); // what crossed in the last window waits at its owner
                    break;
                }
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
        if (!merge || stopRequested)
            return false;
        Move(new byte[count], apart: false);
        return true;
    }

    /// <summary>Gives every component its owner, and every pending message to the owner of whom it goes to.</summary>
    private void Move(byte[] to, bool apart)
    {
        spread = apart;
        var pending = new List<int>();
        foreach (Partition partition in partitions)
        {
            partition.Drain(pending.Add);
            partition.live = 0;
        }

        for (int id = 1; id < count; id++)
        {
            places[id].Owner = to[places[id].Component];
            if (places[id].Actor is { } actor)
                actor.partition = partitions[places[id].Owner];
        }

        long latest = partitions.Max(p => p.now);
        foreach (Partition partition in partitions)
            partition.now = latest;
        foreach (int slot in pending)
        {
            ref Message message = ref slab[slot];
            Partition owner = partitions[places[message.Destination].Owner];
            if (message.Kind == Message.NoKind)
                owner.FreeSlot(slot, ref message);
            else
                owner.Accept(slot);
        }
    }

    /// <summary>The shortest connection that the plan cuts, in whole buckets: how far a worker may run without hearing of the others.</summary>
    private long Window()
    {
        long window = long.MaxValue;
        foreach ((int from, int to, long latency) in connections)
        {
            if (plan[from] != plan[to])
                window = Math.Min(window, latency);
        }

        return window == long.MaxValue ? 1L << (bucketShift + 10) : Align(window);
    }

    private long Align(long time) => time >> bucketShift << bucketShift;

    private RunResult Result()
    {
        var digest = default(RunDigest);
        for (int id = 1; id < count; id++)
            places[id].Actor?.AppendState(ref digest);
        bool pending = partitions.Any(p => p.live > 0);
        RunOutcome outcome = failed ? RunOutcome.Failed : stopRequested && pending ? RunOutcome.Stopped : pending ? RunOutcome.TimeLimit : RunOutcome.Idle;
        return new RunResult(
            outcome,
            new SimTime(partitions.Max(p => p.now)),
            partitions.Sum(p => p.events),
            digest.Value,
            partitions.Sum(p => p.deadLetters),
            parallelWindows,
            [.. partitions.SelectMany(p => p.failures).OrderBy(f => f.Time).ThenBy(f => f.ActorId)]);
    }

    private sealed class Outside : ComponentActor
    {
        protected internal override void Receive(ref Message message) => throw Unexpected(message);
    }
}
