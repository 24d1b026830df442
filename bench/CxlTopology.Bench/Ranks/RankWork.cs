using System.Diagnostics;
using System.Globalization;
using CxlTopology.Bench.Fabric;
using CxlTopology.Mpi;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Ranks;

/// <summary>What one process of a measurement does: as a rank, or alone. Process 0 prints figures, separated by spaces.</summary>
public static class RankWork
{
    /// <summary>Four times as long as with threads: starting the ranks and bringing their state together must not count.</summary>
    private const int Longer = 4;

    /// <summary>Does it; the exit code.</summary>
    public static int Run(string[] args)
    {
        Environment.SetEnvironmentVariable("TERM", "dumb");
        using MpiPeers? peers = MpiLauncher.Detect() is null ? null : MpiPeers.Join();
        string figures = args[0] switch
        {
            "exchange" => Exchanges(peers!),
            "window" => Windows(peers),
            var name => Fabric(name == "W3" ? FabricWorkload.W3 : FabricWorkload.W4, args[1] == "half", peers),
        };
        if (peers is null or { Self: 0 })
            Console.WriteLine(figures);
        return 0;
    }

    private static string Fabric(FabricWorkload workload, bool half, MpiPeers? peers)
    {
        FabricCost cost = FabricRun.Time(workload, wall: true, halfCrossing: half && peers is not null, peers: peers, longer: Longer);
        return string.Create(CultureInfo.InvariantCulture, $"{cost.TransactionsPerSecond:R} {cost.Digest:x16}");
    }

    /// <summary>Nanoseconds of an exchange of batches without bytes.</summary>
    private static string Exchanges(MpiPeers peers)
    {
        WireBuffer[] outgoing = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        WireBuffer[] incoming = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        Repeat(200_000);
        const int Times = 1_000_000;
        long start = Stopwatch.GetTimestamp();
        Repeat(Times);
        return PerTime(start, Times);

        void Repeat(int times)
        {
            for (int i = 0; i < times; i++)
                peers.Exchange(outgoing, incoming);
        }
    }

    /// <summary>Nanoseconds of a window in which each process handles one timer and nothing crosses.</summary>
    private static string Windows(MpiPeers? peers)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions { Peers = peers, OwnerOf = place => place });
        Beat[] beats = [new(), new()];
        for (int i = 0; i < 2; i++)
            simulation.Add("beat" + i, beats[i]);
        simulation.Connect(beats[0], beats[1], 0, SimDuration.FromNanoseconds(25));
        simulation.Connect(beats[1], beats[0], 0, SimDuration.FromNanoseconds(25));
        const int Times = 1_000_000;
        simulation.Run(SimTime.Zero + (Beat.Period * (Times / 5)));
        long start = Stopwatch.GetTimestamp();
        simulation.Run(SimTime.Zero + (Beat.Period * (Times / 5 * 6)));
        return PerTime(start, Times);
    }

    private static string PerTime(long start, int times) =>
        (Stopwatch.GetElapsedTime(start).TotalNanoseconds / times).ToString("R", CultureInfo.InvariantCulture);

    private sealed class Beat : ComponentActor
    {
        public static readonly SimDuration Period = SimDuration.FromNanoseconds(25);

        protected override void OnStart()
        {
            var beat = new Message { Kind = Message.FirstModelKind, Payload = -1 };
            Schedule(ref beat, Period);
        }

        protected override void Receive(ref Message message) => Schedule(ref message, Period);
    }
}
