using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A device whose link goes down while lines are shared with it: nobody waits for ever, nothing breaks, and what is lost is accounted for.</summary>
public sealed class LostDeviceTests
{
    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 3)]
    [InlineData(true, true, 4)]
    public void LinkDown_UnderLoad_LeavesTheOthersCoherent(bool backInvalidate, bool withItsMemory, int seed)
    {
        var agents = new List<StressAgent>();
        var small = new CacheOptions { Size = new ByteSize(64 * 8), Ways = 2 };
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = small, KeepsLog = true },
            [
                new DeviceCoherenceOptions { Cache = small, KeepsLog = true, BackInvalidate = backInvalidate },
                new DeviceCoherenceOptions { Cache = small, KeepsLog = true, BackInvalidate = true },
            ],
            simulation: new SimulationOptions { Seed = (ulong)seed },
            addAgents: b =>
            {
                // Memory of a device that nobody reaches is coherent with nothing; of the host's and the other device's it must stay so.
                ulong[] lines = [.. Enumerable.Range(0, 4).SelectMany(i => new[] { 0x1000 + 64UL * (ulong)i, CoherenceBench.Base + CoherenceBench.Size + 64UL * (ulong)i })];
                if (withItsMemory)
                    lines = [.. lines, CoherenceBench.Base, CoherenceBench.Base + 64];
                agents.Add(new StressAgent(lines, 20_000, 6));
                agents[0].TagBase = b.Host.AddAgent("stress", agents[0]);
                foreach (Endpoint device in b.Devices)
                {
                    var agent = new StressAgent(lines, 20_000, 6);
                    agent.TagBase = device.Accelerator!.AddAgent("stress", agent);
                    agents.Add(agent);
                }
            });
        CoherenceChecker checker = bench.Checker();
        bench.Boot();
        SimTime down = bench.Booted + SimDuration.FromMicroseconds(100);
        foreach (ComponentActor end in new[] { bench.Devices[0].Parent!, bench.Devices[0] })
            bench.Simulation.Post(end, new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 }, down);

        SimTime until = bench.Booted;
        RunResult result;
        do
        {
            result = bench.Simulation.Run(until += SimDuration.FromMicroseconds(200));
            checker.Look();
        }
        while (result.Outcome == RunOutcome.TimeLimit);

        Assert.Empty(result.Failures);
        if (!withItsMemory)
        {
            Assert.Null(checker.FirstState);
            Assert.Null(checker.FirstRead);
        }

        Assert.Equal(20_000, agents[0].Completed);
        Assert.True(agents[2].Completed > 15_000, $"the other device made {agents[2].Completed} accesses");
    }
}
