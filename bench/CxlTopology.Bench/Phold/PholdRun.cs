using CxlTopology.Simulation;

namespace CxlTopology.Bench.Phold;

/// <summary>Builds and times PHOLD.</summary>
public static class PholdRun
{
    /// <summary>Runs about <paramref name="events"/> events after a warm-up and gives events a second and the digest.</summary>
    public static (double EventsPerSecond, ulong Digest, double BytesPerEvent) Time(int actors, long events, int workers, EngineKind engine, int? bucketShift = null)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions { Workers = workers, Engine = engine, BucketShift = bucketShift });
        var all = new PholdActor[actors];
        var connections = new Connection[actors];
        for (int i = 0; i < actors; i++)
            simulation.Add("a" + i, all[i] = new PholdActor(all, connections, i));
        // Every actor may send to every other: one connection a receiver, shared by all senders.
        for (int i = 0; i < actors; i++)
            connections[i] = simulation.Connect(all[(i + 1) % actors], all[i], 0, SimDuration.FromNanoseconds(25));

        double perNanosecond = actors / 50.0; // a message is handled each lookahead plus mean, on average
        var warm = SimTime.Zero + SimDuration.FromNanoseconds((long)(events / 5 / perNanosecond));
        RunResult before = simulation.Run(warm);
        long allocated = GC.GetTotalAllocatedBytes(true);
        var clock = RunClock.Start(workers > 1);
        RunResult after = simulation.Run(warm + SimDuration.FromNanoseconds((long)(events / perNanosecond)));
        double seconds = clock.Seconds;
        long handled = after.Events - before.Events;
        return (handled / seconds, after.Digest, (GC.GetTotalAllocatedBytes(true) - allocated) / (double)handled);
    }
}
