using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Back-invalidate snoops of several lines, and what cannot pass a link.</summary>
public sealed class BlockSnoopTests
{
    private const ulong Block = CoherenceBench.Base + 0x4000;
    private readonly OneAtATimeAgent host = new();
    private readonly OneAtATimeAgent device = new();
    private SimTime now;

    [Theory]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void Write_InABlockThatTheHostHolds_TakesTheBlock(int lines, bool isDirty)
    {
        CoherenceBench bench = Bench(lines, FlitMode.Flit256);
        for (ulong i = 0; i < 4; i++)
            now = host.Access(bench.Simulation, now, Block + 64 * i, isDirty);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Block + 64, true);

        Assert.Equal("device → host: S2MBISnp BISnpInvBlk", bench.Host.Home.Trace[0]);
        Assert.Equal("host → device: M2SBIRsp BIRspIBlk", bench.Host.Home.Trace[^1]);
        Assert.Equal(isDirty ? lines : 0, bench.Host.Home.Trace.Count(m => m.Contains("MemWr", StringComparison.Ordinal)));
        Assert.Equal(4 - lines, bench.Host.Home.CachedLines.Count());
        bench.Host.Home.Trace.Clear();
        now = device.Access(bench.Simulation, now, Block, true);
        Assert.Empty(bench.Host.Home.Trace);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Read_InABlockThatTheHostOwns_AsksForTheBlock(bool keeps, bool isDirty)
    {
        CoherenceBench bench = Bench(4, FlitMode.Flit256);
        for (ulong i = 0; i < 4; i++)
            now = host.Access(bench.Simulation, now, Block + 64 * i, isDirty);
        bench.Devices[0].Coherence!.SetAllocating(keeps);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Block + 64, false);

        Assert.Equal("device → host: S2MBISnp " + (keeps ? "BISnpDataBlk" : "BISnpCurBlk"), bench.Host.Home.Trace[0]);
        Assert.Equal("host → device: M2SBIRsp " + (keeps ? "BIRspSBlk" : "BIRspEBlk"), bench.Host.Home.Trace[^1]);
        Assert.Equal(isDirty ? 4 : 0, bench.Host.Home.Trace.Count(m => m.Contains("MemWr", StringComparison.Ordinal)));
        Assert.All(bench.Host.Home.CachedLines, l => Assert.Equal(keeps ? LineState.Shared : LineState.Exclusive, l.State));
        Assert.Equal(4, bench.Host.Home.CachedLines.Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_OfARunOfLinesThatTheHostOwns_AsksOnce(bool keeps)
    {
        CoherenceBench bench = Bench(4, FlitMode.Flit256);
        for (ulong i = 0; i < 4; i++)
            now = host.Access(bench.Simulation, now, Block + 64 * i, true);
        bench.Devices[0].Coherence!.SetAllocating(keeps);

        now = device.Burst(bench.Simulation, now, Block, 0b1111);

        Assert.Equal(1, bench.Devices[0].Coherence!.Statistics.BackInvalidates);
    }

    [Fact]
    public void Read_InABlockOfWhichTheHostGivesUpALineMeanwhile_IsAnsweredLineByLine()
    {
        CoherenceBench bench = Bench(2, FlitMode.Flit256);
        List<string> trace = bench.Host.Home!.Trace = [];
        for (int offset = 0; offset <= 600 && !trace.Exists(m => m.EndsWith("BIRspS", StringComparison.Ordinal)); offset += 20)
        {
            now = host.Access(bench.Simulation, now, Block, true);
            for (ulong i = 0; i < 8; i++) // they fill a set
                now = host.Access(bench.Simulation, now, Block + 64 + 512 * i, true);
            for (ulong i = 0; i < 8; i++)
                now = host.Access(bench.Simulation, now, Block + 64 + 512 * i, false);
            trace.Clear();
            device.Post(bench.Simulation, now + SimDuration.FromNanoseconds(offset), Block, false);
            now = host.Access(bench.Simulation, now, Block + 64 + 4096, false); // and this takes the place of the first
        }

        Assert.Contains("device → host: S2MBISnp BISnpDataBlk", trace);
        Assert.Equal(["host → device: M2SBIRsp BIRspI", "host → device: M2SBIRsp BIRspS"], trace.Where(m => m.Contains("M2SBIRsp", StringComparison.Ordinal)).Order());
        Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home, [bench.Devices[0].Coherence!]));
    }

    [Fact]
    public void Write_InABlockOfWhichTheHostHoldsOneLine_AsksForThatLine()
    {
        CoherenceBench bench = Bench(4, FlitMode.Flit256);
        now = host.Access(bench.Simulation, now, Block, false);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Block, true);

        Assert.Equal(["device → host: S2MBISnp BISnpInv", "host → device: M2SBIRsp BIRspI"], bench.Host.Home.Trace);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Write_OverALinkWithSmallFlits_Fails(int lines)
    {
        CoherenceBench bench = Bench(lines, FlitMode.Flit68);
        for (ulong i = 0; i < 4; i++)
            now = host.Access(bench.Simulation, now, Block + 64 * i, false);

        now = device.Access(bench.Simulation, now, Block, true);

        Assert.Equal(AccessStatus.NoBackInvalidate, device.Status);
        Assert.Equal(0, bench.Devices[0].Coherence!.Active);
    }

    private CoherenceBench Bench(int lines, FlitMode flits)
    {
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) } },
            [new DeviceCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) }, BackInvalidate = true, SnoopLines = lines }],
            new LinkOptions { Speed = new LinkSpeed(32, 16, flits) },
            addAgents: b =>
            {
                host.TagBase = b.Host.AddAgent("one", host);
                device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device);
            });
        now = bench.Booted;
        return bench;
    }
}
