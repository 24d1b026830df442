using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Jobs of engines at work on the device's own memory when the device is reset.</summary>
public sealed class EngineResetTests
{
    private const int Pages = 4;
    private static readonly SimDuration after = SimDuration.FromMicroseconds(10);

    [Theory]
    [InlineData(ResetKind.Hot, false)]
    [InlineData(ResetKind.Hot, true)]
    [InlineData(ResetKind.Cold, false)]
    [InlineData(ResetKind.Cold, true)]
    public void Access_OfAJobUnderWay_IsRefusedAtOnce(ResetKind kind, bool backInvalidate)
    {
        var agent = new TestAgent { Outstanding = 1024 };
        CoherenceBench bench = Build(agent, backInvalidate);
        Endpoint device = bench.Devices[0];
        StartJob(device);
        SimTime begin = bench.Booted + after;
        Probe[] probes = [.. Enumerable.Range(0, 2 * Pages).Select(i => Probe.ReadBurst((ulong)(i / 2) * 4096, ulong.MaxValue)), Probe.Read(0), Probe.Write(64, new byte[64])];
        agent.Queue(bench.Simulation, begin, probes); // each line twice: of two one waits for the other
        SimTime reset = begin + SimDuration.FromNanoseconds(120);
        bench.Simulation.Post(device, ResetControl.Of(kind), reset);
        RunResult result = bench.Simulation.Run();

        Assert.Empty(result.Failures);
        Assert.Equal(0, agent.Strays);
        Assert.All(probes, p => Assert.Equal(p.Lines, p.Answers.Aggregate(0UL, (lines, answer) => lines | answer.Lines)));
        Assert.All(probes, p => Assert.NotEmpty(p.Answers));
        ProbeAnswer[] refused = [.. probes.SelectMany(p => p.Answers).Where(a => a.Status == (byte)AccessStatus.EngineReset)];
        Assert.InRange(refused.Length, 1, 2 * Pages * 64 + 2);
        Assert.All(refused, a => Assert.Equal(reset + SimDuration.FromNanoseconds(1), a.At));
        Assert.All(probes.SelectMany(p => p.Answers).Except(refused), a => Assert.Equal((byte)AccessStatus.Ok, a.Status)); // had been made
        Assert.Equal(refused.Length, device.Unclaimed.Single(u => u.Reason == AccessStatus.EngineReset).Count);
        EngineSpace registers = device.Accelerator!.Registers!;
        Assert.All((int[])[EngineRegisters.Status, EngineRegisters.Completed, EngineRegisters.Failed], r => Assert.Equal(0UL, registers.Read(EngineRegisters.Of(0, r), 8)));
    }

    [Fact]
    public void Cache_ThatFailsInAReset_IsTheOneThatFailed()
    {
        var cache = new FailingCache();
        CoherenceBench bench = Build(new TestAgent(), false, b => b.Devices[0].Accelerator!.AddAgent("cache", cache));
        bench.Devices[0].AttachCache(cache);
        bench.Simulation.Post(bench.Devices[0], ResetControl.Of(ResetKind.Hot), bench.Booted + after);
        RunResult result = bench.Simulation.Run();
        Assert.Equal(cache.Path, Assert.Single(result.Failures, f => f.MessageKind == (byte)MessageKind.ResetControl).Path); // the others pass it on
    }

    [Fact]
    public void State_OfAnEngine_ReachesTheProcessThatReports()
    {
        (CoherenceBench one, CoherenceBench other) = (Build(new TestAgent(), false), Build(new TestAgent(), false));
        Endpoint device = one.Devices[0];
        StartJob(device);
        one.Boot();
        one.Simulation.Run();
        Accelerator there = other.Devices[0].Accelerator!;
        Assert.Equal((true, false), (device.Accelerator!.IsRunning, there.IsRunning));
        SavedState.Carry(device.Accelerator, there);
        Assert.True(there.IsRunning);
        Assert.All((int[])[EngineRegisters.Status, EngineRegisters.Mode, EngineRegisters.Base], r => Assert.Equal(Read(device.Accelerator, r), Read(there, r)));
        Assert.Equal(EngineRegisters.Busy, Read(there, EngineRegisters.Status));
        one.Simulation.Post(device, ResetControl.Of(ResetKind.Hot), one.Simulation.Progress + after);
        one.Simulation.Run();
        SavedState.Carry(device.Accelerator, there);
        Assert.Equal((1L, false, 0UL), (there.Stops, there.IsRunning, Read(there, EngineRegisters.Status)));
    }

    [Fact]
    public void Requests_ThatTheIommuRefused_ReachTheProcessThatReports()
    {
        var agent = new TestAgent();
        CoherenceBench one = Build(agent, false, b => b.Host.AddIommu(new IommuOptions()));
        CoherenceBench other = Build(new TestAgent(), false, b => b.Host.AddIommu(new IommuOptions()));
        one.Devices[0].Function!.WriteConfiguration(4, 2, 6); // bus master
        Probe[] probes = [Probe.Read(0x5000), Probe.Write(0x6040, new byte[64])];
        agent.Queue(one.Simulation, one.Booted + after, probes);
        one.Simulation.Run();
        Assert.All(probes, p => Assert.Equal((byte)AccessStatus.TranslationFault, Assert.Single(p.Answers).Status));
        SavedState.Carry(one.Host.Iommu!, other.Host.Iommu!);
        Assert.Equal([(0x5000UL, false, false), (0x6040UL, true, false)], other.Host.Iommu!.Faults.Select(f => (f.Iova, f.IsWrite, f.HasSpace)));
        Assert.Equal(one.Host.Iommu!.Faults, other.Host.Iommu!.Faults);
    }

    private static ulong Read(Accelerator engine, int register) => engine.Registers!.Read(EngineRegisters.Of(0, register), 8);

    private static CoherenceBench Build(TestAgent agent, bool backInvalidate, Action<CoherenceBench>? more = null)
    {
        var cache = new CacheOptions { Size = new ByteSize(64 * 64), Ways = 4 };
        return new CoherenceBench(
            new HostCoherenceOptions { Cache = cache },
            [new DeviceCoherenceOptions { Cache = cache, BackInvalidate = backInvalidate, InitialBias = Bias.Device }],
            addAgents: b =>
            {
                b.Devices[0].Accelerator!.AddJob("job", agent, out uint tagBase);
                agent.TagBase = tagBase;
                more?.Invoke(b);
            });
    }

    /// <summary>As its driver would: it is at work from then on.</summary>
    private static void StartJob(Endpoint device)
    {
        EngineSpace registers = device.Accelerator!.Registers!;
        registers.Write(EngineRegisters.Of(0, EngineRegisters.Base), 8, 0x1000);
        registers.Write(EngineRegisters.Of(0, EngineRegisters.Mode), 8, EngineRegisters.OwnMemory);
        registers.Write(EngineRegisters.Of(0, EngineRegisters.Doorbell), 8, EngineRegisters.Start);
    }
}
