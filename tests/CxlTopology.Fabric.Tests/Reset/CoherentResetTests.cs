using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Resets of devices whose caches hold lines.</summary>
public sealed class CoherentResetTests
{
    private const ulong HostLine = 0x1000;
    private const ulong DeviceLine = CoherenceBench.Base + 0x2000;
    private const uint CacheInvalid = 1;
    private static readonly SimDuration settled = SimDuration.FromMicroseconds(100);
    private static readonly byte[] data = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

    public static TheoryData<bool, ulong> Seeds()
    {
        var seeds = new TheoryData<bool, ulong>();
        for (ulong seed = 1; seed <= 12; seed++)
            seeds.Add(seed % 2 == 0, seed);
        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void WriteBack_UnderStress_EmptiesTheCacheAndLosesNothing(bool backInvalidate, ulong seed)
    {
        const int Count = 20_000;
        const int Rounds = 12;
        var agents = new List<StressAgent>();
        int emptied = 0;
        CoherenceBench bench = Build(backInvalidate, seed, Count, agents, (os, b) => async () =>
        {
            Endpoint gpu = b.Devices[0];
            (Bdf device, int dvsec) = await Find(os, b);
            for (int round = 0; round < Rounds; round++)
            {
                await os.WriteConfig(device, dvsec + 0x10, 1, 2);
                await os.WriteConfig(device, dvsec + 0x10, 3, 2);
                int polls = 0;
                while ((await os.ReadConfig(device, dvsec + 0x12, 2) & CacheInvalid) == 0)
                    Assert.InRange(++polls, 1, 100);
                Assert.True(gpu.Coherence!.IsCacheEmpty);
                emptied++;
                await os.Wait(SimDuration.FromMicroseconds(1));
                Assert.True(gpu.Coherence!.IsCacheEmpty); // and caching is disabled
                await os.WriteConfig(device, dvsec + 0x10, 0, 2);
                await os.Wait(SimDuration.FromMicroseconds(5));
                Assert.True(gpu.Coherence!.MayAllocate);
            }
        });
        CoherenceChecker checker = bench.Checker();
        bench.Boot();
        RunResult result = Run(bench, checker);

        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Select(f => f + "\n" + f.Trace)));
        Assert.Equal(Rounds, emptied);
        Assert.All(agents, a => Assert.Equal((Count, 0), (a.Completed, a.Failed)));
        Assert.True(checker.StateViolations + checker.ReadViolations == 0, $"{checker.FirstState} | {checker.FirstRead}");
        Assert.Equal(0, bench.Devices[0].Coherence!.Statistics.LinesLost);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CxlReset_OfADeviceWithDirtyLines_WritesThemBack(bool backInvalidate)
    {
        var engine = new TestAgent();
        ulong hostSees = 0;
        ulong deviceHolds = 0;
        CoherenceBench bench = Build(backInvalidate, 1, 0, [], (os, b) => async () =>
        {
            Endpoint gpu = b.Devices[0];
            Assert.Equal(2, gpu.Coherence!.CachedLines.Count(l => l.State == LineState.Modified));
            await new CxlReset(os, os, os).Run(await Function(os, b), new Claims());
            Assert.True(gpu.Coherence.IsCacheEmpty);
            Assert.True(gpu.Coherence.MayAllocate);
            hostSees = (await os.Load(HostLine)).Value;
            deviceHolds = (await os.Load(DeviceLine)).Value;
        }, engine);
        engine.Queue(bench.Simulation, bench.Booted + SimDuration.FromMicroseconds(10), Probe.Write(HostLine, data), Probe.Write(DeviceLine, data));
        bench.Boot();
        RunResult result = bench.Simulation.Run();

        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Select(f => f + "\n" + f.Trace)));
        Assert.Equal(BitConverter.ToUInt64(data), hostSees);
        Assert.Equal(BitConverter.ToUInt64(data), deviceHolds);
        Assert.Equal(0, bench.Devices[0].Coherence!.Statistics.LinesLost);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HotReset_OfADeviceWithDirtyLines_LosesThem(bool backInvalidate)
    {
        var engine = new TestAgent();
        AccessStatus load = default;
        ulong hostSees = ulong.MaxValue;
        CoherenceBench bench = Build(backInvalidate, 1, 0, [], (os, b) => async () =>
        {
            Assert.False(b.Devices[0].IsUp);
            (load, hostSees) = await os.Load(HostLine); // the home agent asks the device, which cannot be reached
        }, engine);
        engine.Queue(bench.Simulation, bench.Booted + SimDuration.FromMicroseconds(10), Probe.Write(HostLine, data), Probe.Write(DeviceLine, data));
        CoherenceChecker checker = bench.Checker();
        bench.Boot();
        bench.Simulation.Post(bench.Host.Bridges[0].Ports[0], ResetControl.Of(ResetKind.Hot), bench.Booted + SimDuration.FromMicroseconds(90));
        RunResult result = Run(bench, checker);

        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Select(f => f + "\n" + f.Trace)));
        Assert.Equal((AccessStatus.Ok, 0UL), (load, hostSees));
        Assert.Equal(2, bench.Devices[0].Coherence!.Statistics.LinesLost);
        Assert.True(checker.StateViolations + checker.ReadViolations == 0, $"{checker.FirstState} | {checker.FirstRead}");
    }

    [Theory]
    [InlineData(false, ResetKind.Hot, 5)]
    [InlineData(true, ResetKind.Hot, 6)]
    [InlineData(false, ResetKind.Cold, 7)]
    [InlineData(true, ResetKind.Cold, 8)]
    [InlineData(false, ResetKind.Cxl, 9)]
    [InlineData(true, ResetKind.Cxl, 10)]
    [InlineData(true, ResetKind.Cold, 140)]
    [InlineData(true, ResetKind.Hot, 202)]
    public void Reset_UnderStress_LeavesNoLineInUse(bool backInvalidate, ResetKind kind, ulong seed)
    {
        const int Count = 20_000;
        var agents = new List<StressAgent>();
        CoherenceBench bench = Build(backInvalidate, seed, Count, agents, (_, _) => () => Task.CompletedTask);
        CoherenceChecker checker = bench.Checker();
        bench.Boot();
        bench.Simulation.Post(bench.Devices[0], ResetControl.Of(kind), bench.Booted + settled + SimDuration.FromNanoseconds((long)seed * 37));
        RunResult result = Run(bench, checker);

        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Select(f => f + "\n" + f.Trace)));
        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.True(checker.StateViolations + checker.ReadViolations == 0, $"{checker.FirstState} | {checker.FirstRead}");
        // Neither the home nor the other device waits for ever, and all that their agents asked was answered.
        Assert.Equal("", string.Join('\n', bench.Host.Home!.UnderWay.Concat(bench.Devices[1].Coherence!.UnderWay)));
        Assert.Equal([Count, Count], new[] { agents[0].Completed, agents[2].Completed });
        Assert.True(agents[0].Failed > 0);
        Assert.Null(bench.Devices[0].ResetUnderway);
    }

    private static CoherenceBench Build(
        bool backInvalidate, ulong seed, int count, List<StressAgent> agents, Func<HostProgram, CoherenceBench, Func<Task>> script, TestAgent? engine = null)
    {
        var cache = new CacheOptions { Size = new ByteSize(64 * 8), Ways = 2 };
        CoherenceBench? built = null;
        var device = new DeviceCoherenceOptions { Cache = cache, KeepsLog = true, BackInvalidate = backInvalidate, Filter = new CacheOptions { Size = new ByteSize(64 * 6), Ways = 2 } };
        var bench = new CoherenceBench(
            new HostCoherenceOptions { Cache = cache, KeepsLog = true },
            [device, device],
            simulation: new SimulationOptions { Seed = seed },
            addAgents: b =>
            {
                var program = new HostProgram(null)
                {
                    Script = async os =>
                    {
                        await os.Booted();
                        await os.Wait(settled);
                        await script(os, built!)();
                    },
                };
                program.TagBase = b.Host.AddAgent("program", program);
                if (engine is not null)
                    engine.TagBase = b.Devices[0].Accelerator!.AddAgent("engine", engine);
                if (count == 0)
                    return;
                ulong[] lines = [.. Enumerable.Range(0, 4).SelectMany(i => new[] { HostLine + 64 * (ulong)i, DeviceLine + 64 * (ulong)i })];
                foreach (Func<string, ComponentActor, uint> add in (Func<string, ComponentActor, uint>[])[b.Host.AddAgent, .. b.Devices.Select(d => (Func<string, ComponentActor, uint>)d.Accelerator!.AddAgent)])
                {
                    var agent = new StressAgent(lines, count, 6);
                    agent.TagBase = add("stress", agent);
                    agents.Add(agent);
                }
            });
        built = bench;
        return bench;
    }

    private static RunResult Run(CoherenceBench bench, CoherenceChecker checker)
    {
        SimTime until = bench.Booted;
        while (true)
        {
            RunResult result = bench.Simulation.Run(until += SimDuration.FromMicroseconds(200));
            checker.Look();
            if (result.Outcome != RunOutcome.TimeLimit)
                return result;
        }
    }

    private static async Task<PciDevice> Function(HostProgram os, CoherenceBench bench)
    {
        IReadOnlyList<PciDevice> roots = await new PciEnumerator(os).Discover(bench.Host.Bridges[0].Resources);
        PciDevice device = roots[0].Children[0];
        foreach (PciBar bar in device.Bars)
            Assert.NotEqual(0UL, bar.Base);
        return device;
    }

    private static async Task<(Bdf, int)> Find(HostProgram os, CoherenceBench bench)
    {
        PciDevice device = await Function(os, bench);
        return (device.Bdf, await os.Dvsec(device, 0));
    }
}
