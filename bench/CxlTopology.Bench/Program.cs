using System.Globalization;
using CxlTopology.Bench.Fabric;
using CxlTopology.Bench.Phold;
using CxlTopology.Simulation;

string[] chosen = args.Length > 0 ? args : ["phold", "fabric"];
foreach (string part in chosen)
{
    switch (part)
    {
        case "profile":
            for (int i = 0; i < 3; i++)
                Console.WriteLine(FabricRun.Time(args[1] == "W4" ? FabricWorkload.W4 : args[1] == "W2" ? FabricWorkload.W2 : FabricWorkload.W3));
            return;
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
                    $"{workload.Name,-3} {best / 1e6,6:0.00} M tx/s {Math.Max(wheel.LinesPerSecond, again.LinesPerSecond) / 1e6,6:0.00} M lines/s {Math.Max(wheel.EventsPerSecond, again.EventsPerSecond) / 1e6,6:0.0} M ev/s  plain queue {plain.TransactionsPerSecond / 1e6:0.00} M tx/s = {best / plain.TransactionsPerSecond:0.0}x  {again.BytesPerTransaction:0.000} B/tx  mean {wheel.MeanLatencyNs:0.0} ns"));
            }

            break;
    }
}

static void Phold(int actors)
{
    foreach ((EngineKind engine, int workers) in new[] { (EngineKind.TurnWheel, 1), (EngineKind.TurnWheel, 2), (EngineKind.PlainQueue, 1), (EngineKind.TurnWheel, 1) })
    {
        (double rate, ulong digest, double bytes) = PholdRun.Time(actors, engine == EngineKind.PlainQueue ? 3_000_000 : 20_000_000, workers, engine);
        Console.WriteLine($"PHOLD {actors,6} {engine,-10} {workers} worker(s): {rate / 1e6,6:0.0} M events/s  {bytes:0.000} B/event  {digest:x16}");
    }
}
