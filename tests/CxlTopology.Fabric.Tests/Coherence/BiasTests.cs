using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Bias of the pages of an HDM-D device: who asks, and how pages change hands.</summary>
public sealed class BiasTests
{
    private const ulong Page = CoherenceBench.Base + 0x7000;
    private readonly OneAtATimeAgent host = new();
    private readonly OneAtATimeAgent device = new();
    private SimTime now;

    [Fact]
    public void Write_InHostBias_AsksTheHost()
    {
        CoherenceBench bench = Bench(Bias.Host);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Page, true);

        Assert.Equal(["device → host: D2HReq RdOwnNoData", "host → device: M2SReq MemRdFwd (Invalid, NoOp)"], bench.Host.Home.Trace);
    }

    [Fact]
    public void Read_InHostBiasOfALineThatTheHostHasModified_GetsItWrittenFirst()
    {
        CoherenceBench bench = Bench(Bias.Host);
        now = host.Access(bench.Simulation, now, Page, true);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Page, false);

        Assert.Equal(
            ["device → host: D2HReq RdShared", "host → device: M2SRwD MemWr (Shared, NoOp)", "device → host: S2MNdr Cmp", "host → device: M2SReq MemRdFwd (Shared, NoOp)"],
            bench.Host.Home.Trace);
    }

    [Fact]
    public void Access_InDeviceBias_AsksNobody()
    {
        CoherenceBench bench = Bench(Bias.Device);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Page, true);
        now = device.Access(bench.Simulation, now, Page + 64, false);

        Assert.Empty(bench.Host.Home.Trace);
    }

    [Fact]
    public void AccessOfTheHost_InDeviceBias_MakesThePageTheHosts()
    {
        CoherenceBench bench = Bench(Bias.Device);
        now = device.Access(bench.Simulation, now, Page, true);

        now = host.Access(bench.Simulation, now, Page + 128, false);

        Assert.Equal(Bias.Host, bench.Devices[0].Coherence!.BiasOf(Page));
        Assert.Equal(1, bench.Devices[0].Coherence!.Statistics.FlipsToHost);
    }

    [Fact]
    public void Flip_OfAPageThatTheHostHasLinesOf_FlushesThemAll()
    {
        CoherenceBench bench = Bench(Bias.Host);
        now = host.Access(bench.Simulation, now, Page, true);
        now = host.Access(bench.Simulation, now, Page + 64, false);

        now = device.Flip(bench.Simulation, now, Page, Bias.Device);

        DeviceCoherence engine = bench.Devices[0].Coherence!;
        Assert.Equal(Bias.Device, engine.BiasOf(Page));
        Assert.Equal(64, engine.Statistics.Requests(D2HRequest.ClFlush));
        Assert.Empty(bench.Host.Home!.CachedLines);
        Assert.Equal(1, bench.Devices[0].Media.LinesWritten);
    }

    [Fact]
    public void Access_OfADeviceThatAsksForPages_MakesThePageItsOwn()
    {
        CoherenceBench bench = Bench(Bias.Host, flipsOnAccess: true);
        now = host.Access(bench.Simulation, now, Page, true);

        now = device.Access(bench.Simulation, now, Page + 64, true);

        DeviceCoherence engine = bench.Devices[0].Coherence!;
        Assert.Equal(Bias.Device, engine.BiasOf(Page));
        Assert.Equal((1, 64), (engine.Statistics.FlipsToDevice, engine.Statistics.Requests(D2HRequest.ClFlush)));
        Assert.Equal(1, engine.Statistics.Accesses);
    }

    private CoherenceBench Bench(Bias bias, bool flipsOnAccess = false)
    {
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) } },
            [new DeviceCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) }, InitialBias = bias, FlipsOnAccess = flipsOnAccess }],
            addAgents: b =>
            {
                host.TagBase = b.Host.AddAgent("one", host);
                device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device);
            });
        now = bench.Booted;
        return bench;
    }
}
