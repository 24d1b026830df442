using System.Globalization;
using CxlTopology.Akka;
using CxlTopology.Bench.Fabric;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Akka;

/// <summary>W2 to W4 with the same actors embedded and on Akka, beside a lean model of them in plain Akka tells; processor time, medians.</summary>
internal static class AkkaRun
{
    private const int Rounds = 5;

    /// <summary>Runs all and prints a table.</summary>
    public static void Print()
    {
        Console.WriteLine("M transactions a second of processor time, median of 5 rounds; plain tells run on all cores, and their wall time is in brackets");
        Console.WriteLine("|    | embedded | AkkaHost | ratio | AkkaHost, M messages/s | B/transaction | plain tells, default | plain tells, fork-join | digests |");
        Console.WriteLine("|----|---------:|---------:|------:|-----------------------:|--------------:|---------------------:|-----------------------:|---------|");
        Row(FabricWorkload.W2, hosts: 1, fan: 0, requests: 400_000);
        Row(FabricWorkload.W3, hosts: 4, fan: 4, requests: 400_000);
        Row(FabricWorkload.W4, hosts: 64, fan: 16, requests: 400_000);
        Start();
    }

    /// <summary>What it takes to make the Akka actors of W4, and what they hold.</summary>
    private static void Start()
    {
        TopologyModel model = TopologyFile.Parse(FabricWorkload.W4.ToYaml(), "W4.yaml").Model!;
        using var host = new AkkaHost();
        using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions { Host = host, Until = SimTime.Zero });
        using Experiment embedded = Experiment.Prepare(model, new ExperimentOptions { Until = SimTime.Zero });
        long embeddedBytes = Measure(embedded, out double embeddedSeconds);
        long bytes = Measure(experiment, out double seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"W4, {host.ActorCount:N0} actors: the first part of the run takes {embeddedSeconds * 1e3:0} ms embedded, {seconds * 1e3:0} ms on Akka; {(bytes - embeddedBytes) / 1024.0 / 1024:0.0} MiB more are held, {(bytes - embeddedBytes) / (double)host.ActorCount:N0} B an actor"));
    }

    private static long Measure(Experiment experiment, out double seconds)
    {
        long before = GC.GetTotalMemory(true);
        var clock = RunClock.Start(wall: true);
        experiment.Run();
        seconds = clock.Seconds;
        return GC.GetTotalMemory(true) - before;
    }

    private static void Row(FabricWorkload workload, int hosts, int fan, long requests)
    {
        var embedded = new List<FabricCost>();
        var akka = new List<FabricCost>();
        var plain = new List<PlainCost>();
        var forkJoin = new List<PlainCost>();
        for (int round = 0; round < Rounds; round++)
        {
            embedded.Add(FabricRun.Time(workload, slower: 2));
            using (var host = new AkkaHost())
                akka.Add(FabricRun.Time(workload, slower: 2, host: host));
            plain.Add(PlainModel.Time(hosts, fan, requests, forkJoin: false));
            forkJoin.Add(PlainModel.Time(hosts, fan, requests, forkJoin: true));
        }

        double own = Median(embedded.Select(c => c.TransactionsPerSecond));
        double hosted = Median(akka.Select(c => c.TransactionsPerSecond));
        double messages = Median(akka.Select(c => c.EventsPerSecond));
        double bytes = Median(akka.Select(c => c.BytesPerTransaction));
        bool same = embedded.Concat(akka).Select(c => c.Digest).Distinct().Count() == 1;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {workload.Name} | {own / 1e6:0.00} | {hosted / 1e6:0.00} | {hosted / own:0.00} | {messages / 1e6:0.0} | {bytes:0.000} | {Show(plain)} | {Show(forkJoin)} | {(same ? "equal" : "DIFFER")} |"));
    }

    private static string Show(List<PlainCost> costs) => string.Create(CultureInfo.InvariantCulture,
        $"{Median(costs.Select(c => c.OfProcessor)) / 1e6:0.00} ({Median(costs.Select(c => c.OfWall)) / 1e6:0.00})");

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
