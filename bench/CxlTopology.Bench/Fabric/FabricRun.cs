using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Fabric;

/// <summary>What a run of a fabric workload cost.</summary>
/// <param name="TransactionsPerSecond">Requests completed a second of wall time; a burst is one.</param>
/// <param name="LinesPerSecond">Lines moved a second.</param>
/// <param name="EventsPerSecond">Messages handled a second.</param>
/// <param name="BytesPerTransaction">Allocated on the heap.</param>
/// <param name="MeanLatencyNs">Mean latency of reads.</param>
/// <param name="Digest">The run's digest.</param>
/// <param name="BestPerSecond">Requests completed a second in the best of the parts that the run is measured in.</param>
public sealed record FabricCost(double TransactionsPerSecond, double LinesPerSecond, double EventsPerSecond, double BytesPerTransaction, double MeanLatencyNs, ulong Digest, double BestPerSecond);

/// <summary>Times a fabric workload after a warm-up.</summary>
public static class FabricRun
{
    private static readonly Dictionary<string, SimTime> boots = [];

    /// <summary>
    /// Runs a workload; <paramref name="slower"/> divides the measured time for engines that need it, <paramref name="longer"/> multiplies it. With other processes the figures
    /// are those of all, on process 0.
    /// </summary>
    public static FabricCost Time(
        FabricWorkload workload, int workers = 1, EngineKind engine = EngineKind.TurnWheel, int slower = 1, bool wall = false, bool halfCrossing = false,
        ActorHost? host = null, IPeers? peers = null, int longer = 1)
    {
        DescriptionResult parsed = TopologyFile.Parse(workload.ToYaml(), workload.Name + ".yaml");
        if (parsed.Model is null)
            throw new InvalidOperationException(string.Join('\n', parsed.Errors));
        Func<int, int>? ownerOf = halfCrossing ? Alternate(parsed.Model) : null;
        using Experiment experiment = Experiment.Prepare(parsed.Model, new ExperimentOptions { Workers = workers, Engine = engine, Host = host, OwnerOf = ownerOf, Peers = peers });
        Simulation.Simulation simulation = experiment.Built.Simulation;
        SimTime warm = Booted(workload.Name, parsed.Model) + SimDuration.FromNanoseconds(workload.WarmUpNs);
        RunResult before = simulation.Run(warm);
        long completed = Completed(experiment);
        long bytes = Bytes(experiment);
        long allocated = GC.GetTotalAllocatedBytes(true);
        // The best of eight parts tells what it costs when nobody else has the machine's caches.
        bool ofWall = wall || workers > 1 || peers is not null;
        var clock = RunClock.Start(ofWall);
        RunResult after = before;
        double best = 0;
        long from = completed;
        for (int part = 1; part <= 8; part++)
        {
            var partial = RunClock.Start(ofWall);
            after = simulation.Run(warm + SimDuration.FromNanoseconds(workload.MeasureNs * longer / slower * part / 8));
            long now = Completed(experiment);
            best = Math.Max(best, (now - from) / partial.Seconds);
            from = now;
        }

        double seconds = clock.Seconds;
        double transactions = Completed(experiment) - completed;
        return new FabricCost(
            transactions / seconds,
            (Bytes(experiment) - bytes) / 64.0 / seconds,
            (after.Events - before.Events) / seconds,
            (GC.GetTotalAllocatedBytes(true) - allocated) / transactions,
            experiment.Requesters[0].Requester.Statistics.Reads.Mean / 1e6,
            after.Digest,
            best);
    }

    /// <summary>When firmware has finished on every host, found out in a run of its own: of several processes each must know.</summary>
    private static SimTime Booted(string name, TopologyModel model)
    {
        if (boots.TryGetValue(name, out SimTime known))
            return known;
        using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions());
        SimTime until = SimTime.Zero;
        while (experiment.Built.Programs.Values.Any(f => f.Finished == SimTime.Zero))
            experiment.Built.Simulation.Run(until += SimDuration.FromMicroseconds(100));
        return boots[name] = experiment.Built.Programs.Values.Max(f => f.Finished);
    }

    /// <summary>Hosts and bridges on one worker; of the switches, with all that is below them, or of the endpoints, every other one on the other.</summary>
    private static Func<int, int> Alternate(TopologyModel model)
    {
        var owners = new List<int>();
        foreach (HostModel host in model.Hosts)
        {
            owners.Add(0);
            foreach (BridgeModel bridge in host.Bridges)
            {
                owners.Add(0);
                for (int port = 0; port < bridge.Ports.Count; port++)
                    owners.AddRange(Enumerable.Repeat(port % 2, Components(bridge.Ports[port])));
            }
        }

        return place => owners[place];
    }

    private static int Components(PortModel port) => port.Switch is { } below ? 1 + below.Ports.Sum(Components) : port.IsEmpty ? 0 : 1;

    private static long Completed(Experiment experiment) => experiment.Requesters.Sum(r => r.Requester.Statistics.Completed);

    private static long Bytes(Experiment experiment) => experiment.Requesters.Sum(r => r.Requester.Statistics.Bytes);
}
