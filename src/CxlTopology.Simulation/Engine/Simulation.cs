using System.Numerics;

namespace CxlTopology.Simulation;

/// <summary>A set of actors, their connections, and the simulated time they live in.</summary>
/// <remarks>
/// Add components, connect them, run. The same actors, connections and seed give the same run bit for bit, whatever the number of workers,
/// the partition or the engine. Bounds: 16,777,215 actors; connections of at least 1 ns between components; the limits of
/// <see cref="SimulationOptions"/>.
/// </remarks>
public sealed partial class Simulation
{
    /// <summary>The shortest latency between two components: 1 ns. Shorter ones are refused when connected.</summary>
    public static readonly SimDuration LatencyMin = SimDuration.FromNanoseconds(1);

    private const int ActorsMax = (1 << 24) - 1;
    private const int DefaultShiftMax = 24;
    internal readonly MessageSlab slab;
    internal readonly PayloadLines lines;
    internal readonly RecordTable records;
    internal ActorPlace[] places = new ActorPlace[64];
    internal long controlLatency = LatencyMin.Femtoseconds; // of reports and directives between components
    internal volatile bool stopRequested;
    private readonly Outside outside = new();
    private readonly List<(int From, int To, long Latency)> connections = [];
    private readonly HashSet<(int Parent, string Name)> names = [];
    private Partition[] partitions = [];
    private WindowLoop? loop;
    private PeerExchange? exchange;
    private StateGather? gather;
    private int count = 1;
    private int bucketShift;

    /// <summary>An empty simulation.</summary>
    public Simulation(SimulationOptions? options = null)
    {
        Options = options ?? new SimulationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Options.Workers, 64);
        if (Options.Peers is { } peers && (peers.Count is < 1 or > 64 || (uint)peers.Self >= (uint)peers.Count || Options.Engine != EngineKind.TurnWheel))
            throw new WiringException($"Process {peers.Self} of {peers.Count}: 1 to 64 processes are possible, each with the turn wheel.");
        if (Options.Host is not null && Options.Workers != 1)
            throw new ArgumentException($"An actor host runs one worker; {Options.Workers} were asked for.", nameof(options));
        slab = new MessageSlab(Options.MessagesMax);
        lines = new PayloadLines(Options.PayloadLinesMax);
        records = new RecordTable(Options.RecordsMax);
        outside.simulation = this;
        places[0].Actor = outside;
        Options.Host?.Claim(this);
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

    private bool Started => loop is not null;

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
    /// <param name="port">The receiver's number for it, which its messages carry: 0 to 65,535.</param>
    /// <param name="latency">The shortest time from sending to arrival: at least 1 ns between components, any inside one.</param>
    /// <exception cref="WiringException">
    /// The latency is too short, the port is not one of 0 to 65,535, an actor was not added, or the run has started.
    /// </exception>
    public Connection Connect(ComponentActor from, ComponentActor to, int port, SimDuration latency)
    {
        if (Started)
            throw new WiringException($"{from.Path} and {to.Path} cannot be connected once the run has started.");
        if (from.simulation != this || to.simulation != this)
            throw new WiringException($"Both ends of a connection must be added first: {from.Name}, {to.Name}.");
        if (port is < 0 or > ushort.MaxValue)
        {
            throw new WiringException(
                $"The connection from {from.Path} to {to.Path} has port {port}; ports go from 0 to {ushort.MaxValue}.");
        }

        bool inside = from.component == to.component;
        if (latency < (inside ? SimDuration.Zero : LatencyMin))
        {
            throw new WiringException(
                $"The connection from {from.Path} to {to.Path} takes {latency}; between components it must take at least {LatencyMin}.");
        }

        if (!inside)
            connections.Add((from.component, to.component, latency.Femtoseconds));
        return new Connection(to.Id, (ushort)port, latency.Femtoseconds);
    }

    /// <summary>Sends a message to an actor from outside, before the run or between two parts of it.</summary>
    /// <exception cref="WiringException">
    /// <paramref name="at"/> lies before a message that was handled, the kind belongs to the kernel, or the actor was not added.
    /// </exception>
    public void Post(ComponentActor to, Message message, SimTime at)
    {
        if (to.simulation != this)
            throw new WiringException($"{to.Name} must be added before a message is posted to it.");
        if (message.Kind < Message.FirstModelKind)
        {
            throw new WiringException(
                $"A message of kind {message.Kind} cannot be posted to {to.Path}: a model's kinds start at {Message.FirstModelKind}.");
        }

        using Stay stay = new(Options.Host);
        Start();
        long latest = partitions.Max(p => p.latest);
        if (at.Femtoseconds < latest)
            throw new WiringException($"A message to {to.Path} at {at} comes too late: it is {new SimTime(latest)} already.");
        foreach (Partition partition in partitions)
            partition.Rewind(at.Femtoseconds);
        exchange?.Rewind(at.Femtoseconds);
        if (Options.Peers is { } peers && places[to.component].Owner != peers.Self)
        {
            outside.key++; // its process sends it, under the same number; what comes of it may reach this one at once
            return;
        }

        to.partition.Send(outside, ref message, to.Id, at.Femtoseconds);
    }

    /// <summary>Asks a running simulation to stop after what it is handling; from any thread.</summary>
    public void Stop() => stopRequested = true;

    /// <summary>Runs until nothing is pending, or up to and including a time.</summary>
    /// <remarks>
    /// A failure that ends the run does so at the next multiple of 17.18 us (2^34 fs, or the longest power of two within the shortest
    /// connection if that is more): until then the other actors go on, so that what a failed run leaves does not depend on the workers. One
    /// in <see cref="ComponentActor.OnStart"/> ends it before the first message.
    /// </remarks>
    public RunResult Run(SimTime? until = null)
    {
        stopRequested = false;
        using Stay stay = new(Options.Host);
        long limit = until is { Femtoseconds: < long.MaxValue } time ? time.Femtoseconds + 1 : long.MaxValue;
        try
        {
            Start();
            if (gather is null)
            {
                loop!.Run(limit);
                return Result();
            }

            loop!.RunWithPeers(limit, exchange!);
            return gather.Run();
        }
        catch (PeerLostException lost) when (gather is not null)
        {
            return gather.Alone(lost.Message);
        }
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

    /// <summary>The digest of the run, from those of the actors by id.</summary>
    internal ulong Digest(ulong[] ofActors)
    {
        var digest = default(RunDigest);
        for (int id = 1; id < count; id++)
        {
            if (places[id].Actor is not null)
                digest.Add(ofActors[id]);
        }

        return digest.Value;
    }

    /// <summary>For hosts: gives up everything that is pending or waits at an actor, as dead letters. Nothing runs afterwards.</summary>
    internal void Abandon(ActorHost host)
    {
        foreach (Partition partition in partitions)
        {
            partition.Drain(slot =>
            {
                ref Message message = ref slab[slot];
                if (message.Kind != Message.NoKind)
                    host.DeadLetter(places[message.Destination].Actor!, message);
                partition.FreeSlot(slot, ref message);
            });
            partition.live = 0;
        }

        foreach (ActorPlace place in places)
        {
            while (place.Actor?.stash is { Count: > 0 } stash)
            {
                Message message = stash.Dequeue();
                if (message.Kind != Message.NoKind)
                    host.DeadLetter(place.Actor, message);
            }
        }
    }

    internal void Fail(long time, bool atStart) => loop!.Fail(time, atStart);

    internal bool IsSetAside(int id, int component) =>
        id > 0 && id < count && places[id].Actor is null && places[id].Component == component;

    internal void Register(ComponentActor actor, int component)
    {
        int id = Reserve(1, 0);
        if (!names.Add((actor.Parent?.Id ?? 0, actor.Name)))
            throw new WiringException($"{actor.Path} is there twice.");
        Attach(actor, id, component == 0 ? id : component, null!);
        foreach (ComponentActor child in actor.Children)
            Register(child, actor.component);
        actor.OnAttached();
    }

    internal int Reserve(int ids, int component)
    {
        if (Started)
            throw new WiringException("Actors cannot be added once the run has started.");
        if (count + ids > ActorsMax)
            throw new WiringException($"A simulation holds at most {ActorsMax:N0} actors.");
        int first = count;
        count += ids;
        if (count > places.Length)
            Array.Resize(ref places, (int)BitOperations.RoundUpToPowerOf2((uint)count));
        for (int id = first; id < count; id++)
            places[id].Component = component;
        return first;
    }

    internal void Attach(ComponentActor actor, int id, int component, Partition partition)
    {
        actor.Id = id;
        actor.simulation = this;
        actor.indirect = Options.Host is not null;
        actor.partition = partition;
        actor.component = component;
        actor.key = (ulong)id << 40;
        places[id].Actor = actor;
        places[id].ReadsAhead = actor.ReadsAhead;
        places[id].Component = component;
    }

    private RunResult Result()
    {
        var digests = new ulong[count];
        for (int id = 1; id < count; id++)
        {
            var digest = default(RunDigest);
            places[id].Actor?.AppendState(ref digest);
            digests[id] = digest.Value;
        }

        bool pending = partitions.Any(p => p.live > 0);
        RunOutcome outcome = loop!.Failed ? RunOutcome.Failed
            : !pending ? RunOutcome.Idle
            : stopRequested ? RunOutcome.Stopped
            : RunOutcome.TimeLimit;
        return new RunResult(
            outcome,
            new SimTime(partitions.Max(p => p.latest)),
            partitions.Sum(p => p.events),
            Digest(digests),
            partitions.Sum(p => p.deadLetters),
            loop.ParallelWindows,
            [.. partitions.SelectMany(p => p.failures).OrderBy(f => f.Time).ThenBy(f => f.ActorId)]);
    }

    /// <summary>The time that a thread spends in the simulation, for its host.</summary>
    private readonly ref struct Stay
    {
        private readonly ActorHost? host;

        public Stay(ActorHost? host)
        {
            this.host = host;
            host?.Enter();
        }

        public void Dispose() => host?.Leave();
    }

    private sealed class Outside : ComponentActor
    {
        protected internal override void Receive(ref Message message) => throw Unexpected(message);
    }
}
