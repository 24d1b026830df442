using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A back-invalidate snoop of every form meets a request of the host for the same line: whatever their distance, the device has not come to the request, and the snoop is first.</summary>
public sealed class BackInvalidateRaceTests
{
    private const ulong Block = CoherenceBench.Base + 0x4000;
    private OneAtATimeAgent host = new();
    private readonly List<OneAtATimeAgent> devices = [];

    [Theory]
    [InlineData("BISnpInv", 1, true, true)]
    [InlineData("BISnpData", 1, false, true)]
    [InlineData("BISnpCur", 1, false, false)]
    [InlineData("BISnpInvBlk", 2, true, true)]
    [InlineData("BISnpDataBlk", 2, false, true)]
    [InlineData("BISnpCurBlk", 2, false, false)]
    [InlineData("BISnpInvBlk", 4, true, false)]
    public void Snoop_ThatMeetsARequestOfTheHost_IsServedFirst(string form, int lines, bool isWrite, bool keeps)
    {
        int conflicts = 0;
        for (int offset = -200; offset <= 200; offset += 25)
        {
            CoherenceBench bench = Bench(lines, keeps, out SimTime now);
            // Another device owns the block, so that the host has to ask the device once more for what the device gave it long ago.
            for (int i = 0; i < lines; i++)
                now = devices[1].Access(bench.Simulation, now, Block + 64 * (ulong)i, false, D2HRequest.RdOwn);
            List<string> trace = bench.Host.Home!.Trace = [];
            CoherenceChecker checker = bench.Checker();

            SimTime middle = now + SimDuration.FromMicroseconds(1);
            host.Post(bench.Simulation, middle, Block, false);
            devices[0].Post(bench.Simulation, middle + SimDuration.FromNanoseconds(offset), Block, isWrite);
            bench.Simulation.Run();
            checker.Look();

            Assert.True(host.Answered && devices[0].Answered);
            Assert.Null(checker.FirstState ?? checker.FirstRead);
            Assert.Empty(checker.VanishedWrites());
            Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home, [.. bench.Devices.Select(d => d.Coherence!)]));
            int acknowledged = trace.FindIndex(m => m.EndsWith("BI-ConflictAck", StringComparison.Ordinal));
            if (acknowledged < 0)
                continue;
            Assert.Contains("device → host: S2MBISnp " + form, trace);
            Assert.True(acknowledged < trace.FindIndex(m => m.Contains("MemData", StringComparison.Ordinal)), string.Join('\n', trace));
            conflicts++;
        }

        Assert.True(conflicts > 0);
    }

    private CoherenceBench Bench(int lines, bool keeps, out SimTime booted)
    {
        devices.Clear();
        var cache = new CacheOptions { Size = ByteSize.KiB(4) };
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = cache, KeepsLog = true },
            [new DeviceCoherenceOptions { Cache = keeps ? cache : null, BackInvalidate = true, SnoopLines = lines, KeepsLog = true }, new DeviceCoherenceOptions { Cache = cache, BackInvalidate = true, KeepsLog = true }],
            addAgents: b =>
            {
                host = new OneAtATimeAgent();
                host.TagBase = b.Host.AddAgent("one", host);
                foreach (Endpoint device in b.Devices)
                {
                    var agent = new OneAtATimeAgent();
                    agent.TagBase = device.Accelerator!.AddAgent("one", agent);
                    devices.Add(agent);
                }
            });
        booted = bench.Booted;
        return bench;
    }
}
