using System.Globalization;
using System.Numerics;

namespace CxlTopology.Simulation;

/// <summary>How a run starts: the bucket, the partitions and what each has, and the first messages.</summary>
public sealed partial class Simulation
{
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

        if (shortest == long.MaxValue)
            controlLatency = 1L << DefaultShiftMax; // no bucket is longer
        int largest = shortest == long.MaxValue ? DefaultShiftMax : BitOperations.Log2((ulong)shortest);
        bucketShift = Options.BucketShift ?? Math.Min(largest, DefaultShiftMax);
        if (bucketShift > largest || bucketShift < 19)
        {
            throw new WiringException(string.Create(
                CultureInfo.InvariantCulture,
                $"A bucket of 2^{bucketShift} fs does not fit a wiring whose shortest connection takes {new SimDuration(shortest)}: "
                + $"19 to {largest} do."));
        }

        bool plain = Options.Engine == EngineKind.PlainQueue;
        IPeers? peers = Options.Peers;
        int shares = peers?.Count ?? (plain ? 1 : Options.Workers);
        Array.Resize(ref places, count); // no more are added: partitions keep the array
        partitions = new Partition[peers is null ? shares : 1];
        for (int i = 0; i < partitions.Length; i++)
            partitions[i] = plain ? new PlainQueue(this) : new TurnWheel(this, peers?.Self ?? i, shares, bucketShift);
        foreach (ActorPlace place in places)
        {
            if (place.Actor is { } actor)
                actor.partition = partitions[0];
        }

        byte[] plan = Plan(shares);
        loop = new WindowLoop(this, partitions, plan, ShortestCut(plan), bucketShift, largest);
        if (peers is not null)
            Meet(peers, plan);
        Options.Host?.Begin(partitions[0]);
        for (int id = 1; id < count; id++)
        {
            if (places[id].Actor is { } actor && (peers is null || places[actor.component].Owner == peers.Self))
                partitions[0].Start(actor);
        }
    }

    /// <summary>Gives every actor its process, and makes sure that the others have the same plan.</summary>
    private void Meet(IPeers peers, byte[] plan)
    {
        var wiring = default(RunDigest);
        wiring.Add(bucketShift);
        for (int id = 1; id < count; id++)
        {
            places[id].Owner = plan[places[id].Component];
            wiring.Add((uint)places[id].Owner | ((ulong)(uint)places[id].Component << 8));
        }

        foreach ((int from, int to, long latency) in connections)
        {
            wiring.Add((uint)from | ((ulong)(uint)to << 32));
            wiring.Add(latency);
        }

        exchange = new PeerExchange(this, partitions[0], loop!, peers);
        gather = new StateGather(this, partitions[0], loop!, exchange, peers);
        exchange.Greet(wiring.Value);
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

    /// <summary>How far a worker may run without hearing of the others.</summary>
    private long ShortestCut(byte[] plan)
    {
        long shortest = long.MaxValue;
        foreach ((int from, int to, long latency) in connections)
        {
            if (plan[from] != plan[to])
                shortest = Math.Min(shortest, latency);
        }

        for (int id = 1; id < count; id++)
        {
            if (places[id].Actor is { Parent: { } parent } actor && plan[actor.component] != plan[parent.component])
                shortest = Math.Min(shortest, controlLatency);
        }

        return shortest;
    }
}
