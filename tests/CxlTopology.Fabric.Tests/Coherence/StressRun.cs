using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Random accesses of a host and two accelerators to few lines: of the host's memory, of an HDM-D device's, of an HDM-DB device's.</summary>
internal static class StressRun
{
    private const int LinesEach = 4;

    /// <summary>Caches so small that lines come and go all the time.</summary>
    public static (CoherenceChecker Checker, ulong Digest) Of(StressVariant variant, ulong seed, int count, CoherenceFault fault = CoherenceFault.None, int workers = 1)
    {
        var agents = new List<StressAgent>();
        var small = new CacheOptions { Size = new ByteSize(variant == StressVariant.OneSet ? 64UL * 2 : 64 * 8), Ways = 2 };
        CacheOptions? ofHost = variant == StressVariant.HostWithoutCache ? null : small;
        CacheOptions? ofDevice = variant == StressVariant.DevicesWithoutCache ? null : small;
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = ofHost, KeepsLog = true, Fault = fault },
            [
                new DeviceCoherenceOptions { Cache = ofDevice, KeepsLog = true, Fault = fault, InitialBias = variant == StressVariant.DeviceBias ? Bias.Device : Bias.Host, FlipsOnAccess = variant == StressVariant.FlipOnAccess },
                new DeviceCoherenceOptions
                {
                    Cache = ofDevice, KeepsLog = true, Fault = fault, BackInvalidate = true, Filter = new CacheOptions { Size = new ByteSize(64 * 6), Ways = 2 }, Read = D2HRequest.RdAny,
                    SnoopLines = variant switch { StressVariant.HostWithoutCache => 2, StressVariant.DeviceBias => 4, _ => 1 },
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
        if (fault == CoherenceFault.None)
        {
            string underWay = string.Join('\n', bench.Host.Home!.UnderWay.Concat(bench.Devices.SelectMany(d => d.Coherence!.UnderWay)));
            Assert.True(underWay.Length == 0, underWay);
            Assert.All(agents, a => Assert.Equal(count, a.Completed));
            Assert.All(agents, a => Assert.Equal(0, a.Failed));
            AgreeWhenIdle(bench);
            Assert.Empty(checker.VanishedWrites());
        }

        return (checker, result.Digest);
    }

    /// <summary>Directory, snoop filter and caches say the same.</summary>
    private static void AgreeWhenIdle(CoherenceBench bench) => Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home!, [.. bench.Devices.Select(d => d.Coherence!)]));

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
