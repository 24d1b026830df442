using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Random accesses of a host and two accelerators to few lines: of the host's memory, of an HDM-D device's, of an HDM-DB device's.</summary>
internal static class StressRun
{
    private const int LinesEach = 4;

    /// <summary>Caches so small that lines come and go all the time.</summary>
    public static StressOutcome Of(StressVariant variant, ulong seed, int count, CoherenceFault fault = CoherenceFault.None, int workers = 1, ISet<string>? trace = null)
    {
        var agents = new List<StressAgent>();
        var small = new CacheOptions { Size = new ByteSize(variant == StressVariant.OneSet ? 64UL * 2 : 64 * 8), Ways = 2 };
        CacheOptions? ofHost = variant is StressVariant.HostWithoutCache or StressVariant.Ordered ? null : small;
        CacheOptions? ofDevice = variant == StressVariant.DevicesWithoutCache ? null : small;
        int block = variant switch { StressVariant.HostWithoutCache or StressVariant.DevicesWithoutCache => 2, StressVariant.DeviceBias => 4, _ => 1 };
        DeviceWrites writes = variant switch { StressVariant.Push => DeviceWrites.Push, StressVariant.Update => DeviceWrites.Update, StressVariant.Through => DeviceWrites.Through, StressVariant.Ordered => DeviceWrites.Ordered, _ => DeviceWrites.Keep };
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = ofHost, KeepsLog = true, Fault = fault, SpeculativeReads = variant == StressVariant.Push },
            [
                new DeviceCoherenceOptions { Cache = ofDevice, Writes = writes, KeepsLog = true, Fault = fault, InitialBias = variant == StressVariant.DeviceBias ? Bias.Device : Bias.Host, FlipsOnAccess = variant == StressVariant.FlipOnAccess },
                new DeviceCoherenceOptions
                {
                    Cache = ofDevice, Writes = writes, KeepsLog = true, Fault = fault, BackInvalidate = true, Read = D2HRequest.RdAny, SnoopLines = block,
                    Filter = block == 1 ? new CacheOptions { Size = new ByteSize(64 * 3), Ways = 3 } : new CacheOptions { Size = new ByteSize(64 * 8), Ways = 8 },
                },
            ],
            simulation: new SimulationOptions { Seed = seed, Workers = workers, MessagesPerWindowMin = 0 },
            addAgents: b =>
            {
                ulong[] lines = [.. Lines()];
                var host = new StressAgent(lines, count, 6);
                host.TagBase = b.Host.AddAgent("stress", host);
                agents.Add(host);
                foreach (Endpoint device in b.Devices)
                {
                    var agent = new StressAgent(lines, count, 6) { Flips = variant == StressVariant.DeviceBias };
                    agent.TagBase = device.Accelerator!.AddAgent("stress", agent);
                    agents.Add(agent);
                }
            });
        CoherenceChecker checker = bench.Checker();
        bench.Host.Home!.Trace = trace is null ? null : [];
        bench.Boot();
        SimTime until = bench.Booted;
        RunResult result;
        do
        {
            result = bench.Simulation.Run(until += SimDuration.FromMicroseconds(200));
            checker.Look();
        }
        while (result.Outcome == RunOutcome.TimeLimit);
        Assert.Empty(result.Failures);
        trace?.UnionWith(bench.Host.Home.Trace!);
        string[] findings =
        [
            .. bench.Host.Home!.UnderWay.Concat(bench.Devices.SelectMany(d => d.Coherence!.UnderWay)),
            .. agents.Where(a => a.Completed != count).Select(a => $"{a.Path} completed {a.Completed} of {count}"),
            .. agents.Where(a => a.Failed != 0).Select(a => $"{a.Failed} accesses of {a.Path} failed"),
            .. CoherenceChecker.Disagreements(bench.Host.Home!, [.. bench.Devices.Select(d => d.Coherence!)]),
            .. checker.VanishedWrites(),
        ];
        return new StressOutcome(checker, result.Digest, findings);
    }

    private static IEnumerable<ulong> Lines()
    {
        for (ulong i = 0; i < LinesEach; i++)
        {
            yield return 0x1000 + 64 * i;
            yield return CoherenceBench.Base + 0x2000 + 64 * i;
            yield return CoherenceBench.Base + CoherenceBench.Size + 0x3000 + 64 * i;
        }
    }
}
