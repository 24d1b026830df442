using CxlTopology.Bench.Phold;
using CxlTopology.Simulation;

foreach (int actors in (args.Length > 0 ? [int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture)] : new[] { 1024, 65536 }))
{
    foreach ((EngineKind engine, int workers) in new[] { (EngineKind.TurnWheel, 1), (EngineKind.TurnWheel, 2), (EngineKind.PlainQueue, 1), (EngineKind.TurnWheel, 1) })
    {
        (double rate, ulong digest, double bytes) = PholdRun.Time(actors, engine == EngineKind.PlainQueue ? 3_000_000 : 20_000_000, workers, engine);
        Console.WriteLine($"PHOLD {actors,6} {engine,-10} {workers} worker(s): {rate / 1e6,6:0.0} M events/s  {bytes:0.000} B/event  {digest:x16}");
    }
}
