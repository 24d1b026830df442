using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Random accesses of a host and two accelerators to few lines: of the host's memory, of an HDM-D device's, of an HDM-DB device's.</summary>
public sealed class StressTests
{
    private const int LinesEach = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Stress_OfFewLines_KeepsThemCoherent(int seed)
    {
        (CoherenceChecker checker, _) = Run((ulong)seed, 100_000);

        Assert.Null(checker.FirstState);
        Assert.Null(checker.FirstRead);
        Assert.True(checker.Reads > 100_000, $"{checker.Reads} reads were judged");
    }

    private static (CoherenceChecker Checker, ulong Digest) Run(ulong seed, int count, CoherenceFault fault = CoherenceFault.None, int workers = 1)
    {
        var agents = new List<StressAgent>();
        var small = new CacheOptions { Size = new ByteSize(64 * 8), Ways = 2 };
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = small, KeepsLog = true, Fault = fault },
            [
                new DeviceCoherenceOptions { Cache = small, KeepsLog = true, Fault = fault },
                new DeviceCoherenceOptions { Cache = small, KeepsLog = true, Fault = fault, BackInvalidate = true, Filter = new CacheOptions { Size = new ByteSize(64 * 6), Ways = 2 }, Read = D2HRequest.RdAny },
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
                    var agent = new StressAgent(lines, count, 6);
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
            Assert.Equal(0, bench.Host.Home!.Active);
            Assert.All(bench.Devices, d => Assert.Equal(0, d.Coherence!.Active));
        }

        return (checker, result.Digest);
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
