using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>CXL reset of a device whose memory is coherent, while requests of the host are being served: writes that have arrived are made, reads are dropped, and all is counted.</summary>
public sealed class ServiceResetTests
{
    private const ulong Base = CoherenceBench.Base;
    private static readonly SimDuration slow = SimDuration.FromMicroseconds(50);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void CxlReset_OfRequestsUnderService_MakesWritesAndDropsReads(bool backInvalidate, bool cached)
    {
        const int Each = 24;
        var agent = new TestAgent { Outstanding = 64 };
        var later = new TestAgent();
        CoherenceBench bench = Build(backInvalidate, cached, agent, later);
        Probe[] probes = [.. Enumerable.Range(0, Each).SelectMany(i => (Probe[])[Probe.Read(Base + 0x10_0000 + 64 * (ulong)i), Write(i)])];
        agent.Queue(bench.Simulation, bench.Booted, probes);
        // In the middle of the first access to the medium: all requests have arrived, none was answered.
        bench.Simulation.Post(bench.Devices[0], ResetControl.Of(ResetKind.Cxl), bench.Booted + slow / 2);
        bench.Boot();
        RunResult result = bench.Simulation.Run(bench.Booted + SimDuration.FromMilliseconds(190));
        Assert.Empty(result.Failures);
        DeviceCoherenceStatistics counted = bench.Devices[0].Coherence!.Statistics;

        Assert.All(probes, p => Assert.Single(p.Answers));
        Probe[] reads = [.. probes.Where(p => p.Kind == MessageKind.M2SReq)];
        Probe[] writes = [.. probes.Where(p => p.Kind == MessageKind.M2SRwD)];
        Assert.All(reads, p => Assert.Equal(AccessStatus.Timeout, p.Status));
        if (!cached) // a host with a cache asks for ownership first, and writes later
        {
            Assert.All(writes, p => Assert.Equal(AccessStatus.Ok, p.Status));
            Assert.Equal(Each, counted.ReadsDropped);
            Span<byte> line = stackalloc byte[64];
            for (int i = 0; i < Each; i++)
            {
                bench.Devices[0].Media.Peek(new Dpa(LineOf(i) - Base), line);
                Assert.Equal((byte)(i + 1), line[0]);
            }
        }

        Assert.True(counted.ReadsDropped >= Each, $"{counted.ReadsDropped}");
        Assert.Equal(0, counted.RequestsLost);
        Assert.Equal(counted.ReadsDropped, bench.Devices[0].Lost);
        Assert.Empty(bench.Host.Home!.UnderWay);
        Assert.Empty(bench.Devices[0].Coherence!.UnderWay);
    }

    [Fact]
    public void CxlReset_OfAWriteThatHasNotLeftTheHost_TimesOut()
    {
        var agent = new TestAgent();
        var later = new TestAgent();
        CoherenceBench bench = Build(backInvalidate: false, cached: false, agent, later);
        // A second agent writes the line that the first one reads: the home agent serves one after the other, so the device sees them in turn.
        Probe read = Probe.Read(LineOf(0));
        Probe write = Write(0);
        agent.Queue(bench.Simulation, bench.Booted, read);
        later.Queue(bench.Simulation, bench.Booted + SimDuration.FromNanoseconds(500), write);
        bench.Simulation.Post(bench.Devices[0], ResetControl.Of(ResetKind.Cxl), bench.Booted + slow / 2);
        bench.Boot();
        Assert.Empty(bench.Simulation.Run().Failures);
        Assert.Equal(AccessStatus.Timeout, read.Status);
        Assert.Equal(AccessStatus.Timeout, write.Status); // it had not left the host when the read was given up; memory had not come back by then
        Assert.Empty(bench.Host.Home!.UnderWay);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HotReset_OfRequestsUnderService_LosesAllAndCountsThem(bool backInvalidate)
    {
        const int Each = 8;
        var agent = new TestAgent { Outstanding = 64 };
        CoherenceBench bench = Build(backInvalidate, cached: false, agent, new TestAgent());
        Probe[] probes = [.. Enumerable.Range(0, Each).SelectMany(i => (Probe[])[Probe.Read(Base + 0x10_0000 + 64 * (ulong)i), Write(i)])];
        agent.Queue(bench.Simulation, bench.Booted, probes);
        bench.Simulation.Post(bench.Devices[0], ResetControl.Of(ResetKind.Hot), bench.Booted + slow / 2);
        bench.Boot();
        Assert.Empty(bench.Simulation.Run().Failures);
        Assert.All(probes, p => Assert.Equal(AccessStatus.Timeout, p.Status));
        Assert.Equal(2 * Each, bench.Devices[0].Coherence!.Statistics.RequestsLost);
        Assert.Empty(bench.Host.Home!.UnderWay);
    }

    private static ulong LineOf(int index) => Base + 0x20_0000 + 64 * (ulong)index;

    private static Probe Write(int index) => Probe.Write(LineOf(index), [.. Enumerable.Repeat((byte)(index + 1), 64)]);

    private static CoherenceBench Build(bool backInvalidate, bool cached, TestAgent agent, TestAgent later)
    {
        var cache = new CacheOptions { Size = new ByteSize(64 * 64), Ways = 4 };
        return new CoherenceBench(
            new HostCoherenceOptions { Cache = cached ? cache : null },
            [new DeviceCoherenceOptions { Cache = cache, BackInvalidate = backInvalidate, Filter = new CacheOptions { Size = new ByteSize(64 * 256), Ways = 8 } }],
            addAgents: b =>
            {
                agent.TagBase = b.Host.AddAgent("agent", agent);
                later.TagBase = b.Host.AddAgent("later", later);
            },
            media: new MediaOptions { Latency = slow, Channels = 64 });
    }
}
