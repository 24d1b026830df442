using System.Globalization;
using BenchmarkDotNet.Running;
using CxlTopology.Bench.Fabric;
using CxlTopology.Bench.Micro;
using CxlTopology.Bench.Phold;
using CxlTopology.Bench.Ranks;
using CxlTopology.Bench.Scale;
using CxlTopology.Simulation;

string[] chosen = args.Length > 0 ? args : ["phold", "fabric", "workers", "scale"];
foreach (string part in chosen)
{
    switch (part)
    {
        case "micro":
            BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(["--filter", "*", .. args.Skip(1)]);
            return 0;
        case "scale":
            ScaleRun.Print();
            break;
        case "boot":
            CxlTopology.Bench.Software.BootRun.Print(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : int.MaxValue);
            break;
        case "guest":
            CxlTopology.Bench.Guests.GuestRun.Print();
            break;
        case "workers":
            Workers();
            break;
        case "mpi":
            RankRuns.Print();
            break;
        case "rank":
            return RankWork.Run(args[1..]);
        case "buckets":
            foreach (int shift in new[] { 24, 23, 22, 21, 20, 24, 22, 21, 20 })
                Console.WriteLine($"{shift}: {PholdRun.Time(65536, 10_000_000, 1, EngineKind.TurnWheel, shift).EventsPerSecond / 1e6:0.0} {PholdRun.Time(1024, 20_000_000, 1, EngineKind.TurnWheel, shift).EventsPerSecond / 1e6:0.0}");
            return 0;
        case "profile":
            for (int i = 0; i < 3; i++)
                Console.WriteLine(FabricRun.Time(args[1] switch { "W1" => FabricWorkload.W1, "W2" => FabricWorkload.W2, "W4" => FabricWorkload.W4, "W5" => FabricWorkload.W5Lines, _ => FabricWorkload.W3 }));
            return 0;
        case "akka":
#if WITH_AKKA
            CxlTopology.Bench.Akka.AkkaRun.Print();
#else
            Console.Error.WriteLine("This was built without Akka; -p:WithAkka=true builds it with.");
#endif
            break;
        case "coherence":
            CoherenceRun.Print(args.Length > 1 ? args[1..] : ["128KiB", "512KiB", "64MiB"]);
            if (args.Length > 1)
                return 0;
            break;
        case "phold":
            Phold(1024);
            Phold(65536);
            break;
        case "fabric" or "w4":
            foreach (FabricWorkload workload in part == "w4" ? [FabricWorkload.W4] : new[] { FabricWorkload.W1, FabricWorkload.W2, FabricWorkload.W3, FabricWorkload.W4, FabricWorkload.W5Lines, FabricWorkload.W5Bursts })
            {
                FabricCost wheel = FabricRun.Time(workload);
                FabricCost plain = FabricRun.Time(workload, engine: EngineKind.PlainQueue, slower: 4);
                FabricCost again = FabricRun.Time(workload);
                double best = Math.Max(wheel.TransactionsPerSecond, again.TransactionsPerSecond);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{workload.Name,-3} {best / 1e6,6:0.00} M tx/s (at best {Math.Max(wheel.BestPerSecond, again.BestPerSecond) / 1e6:0.00}) {Math.Max(wheel.LinesPerSecond, again.LinesPerSecond) / 1e6,6:0.00} M lines/s {Math.Max(wheel.EventsPerSecond, again.EventsPerSecond) / 1e6,6:0.0} M ev/s  plain queue {plain.TransactionsPerSecond / 1e6:0.00} M tx/s = {best / plain.TransactionsPerSecond:0.0}x  {again.BytesPerTransaction:0.000} B/tx  mean {wheel.MeanLatencyNs:0.0} ns"));
            }

            break;
    }
}

return 0;

static void Phold(int actors)
{
    foreach ((EngineKind engine, int workers) in new[] { (EngineKind.TurnWheel, 1), (EngineKind.TurnWheel, 2), (EngineKind.PlainQueue, 1), (EngineKind.TurnWheel, 1) })
    {
        (double rate, ulong digest, double bytes) = PholdRun.Time(actors, engine == EngineKind.PlainQueue ? 3_000_000 : 20_000_000, workers, engine);
        Console.WriteLine($"PHOLD {actors,6} {engine,-10} {workers} worker(s): {rate / 1e6,6:0.0} M events/s  {bytes:0.000} B/event  {digest:x16}");
    }
}

// The same work on one worker and on two, cut at hosts and through the middle of every host, in one run; wall-clock time.
static void Workers()
{
    foreach (FabricWorkload workload in new[] { FabricWorkload.W1, FabricWorkload.W2, FabricWorkload.W3, FabricWorkload.W4 })
    {
        FabricCost one = FabricRun.Time(workload, wall: true);
        FabricCost hosts = FabricRun.Time(workload, workers: 2);
        FabricCost half = FabricRun.Time(workload, workers: 2, halfCrossing: true);
        FabricCost again = FabricRun.Time(workload, wall: true);
        double alone = Math.Max(one.TransactionsPerSecond, again.TransactionsPerSecond);
        string same = one.Digest == hosts.Digest && one.Digest == half.Digest && one.Digest == again.Digest ? "same digest" : "DIGESTS DIFFER";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{workload.Name,-3} one worker {alone / 1e6:0.00} M tx/s; two, cut at hosts {hosts.TransactionsPerSecond / alone:0.00}x; two, half of it crossing {half.TransactionsPerSecond / alone:0.00}x; {same}"));
    }
}
