using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>After a flush of a range no cache has a line of it, however the lines were held.</summary>
public sealed class HostFlushTests
{
    private const ulong HostLine = 0x4000;
    private const ulong OwnLine = CoherenceBench.Base + 0x4000;
    private const ulong PlainLine = CoherenceBench.Base + CoherenceBench.Size + 0x4000;
    private const ulong Range = 0x1000;
    private readonly OneAtATimeAgent host = new();
    private readonly OneAtATimeAgent device = new();
    private readonly CoherenceBench bench;
    private SimTime now;

    public HostFlushTests()
    {
        bench = new CoherenceBench(
            new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) } },
            [new DeviceCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) }, BackInvalidate = true }, new DeviceCoherenceOptions { HasCache = false }],
            addAgents: b =>
            {
                host.TagBase = b.Host.AddAgent("one", host);
                device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device);
            });
        now = bench.Booted;
    }

    private HomeAgent Home => bench.Host.Home!;

    [Theory]
    [InlineData(HostLine, 1)]
    [InlineData(HostLine, 5)]
    [InlineData(OwnLine, 1)]
    [InlineData(OwnLine, 5)]
    [InlineData(PlainLine, 1)]
    [InlineData(PlainLine, 5)]
    public void Flush_OfLinesThatTheHostHasOnlyRead_IsAnswered(ulong first, int lines)
    {
        for (int i = 0; i < lines; i++)
            now = host.Access(bench.Simulation, now, first + 64 * (ulong)i, false);

        now = host.FlushRange(bench.Simulation, now, first, Range);

        AssertNobodyHolds(first);
    }

    [Theory]
    [InlineData(HostLine)]
    [InlineData(PlainLine)]
    public void Flush_OfLinesReadAndWritten_IsAnsweredAndSoIsTheNext(ulong first)
    {
        for (int i = 0; i < 4; i++)
            now = host.Access(bench.Simulation, now, first + 64 * (ulong)i, i % 2 == 1);
        now = host.FlushRange(bench.Simulation, now, first, Range);

        now = host.FlushRange(bench.Simulation, now, first, Range); // of a range that nobody holds

        Assert.Equal(AccessStatus.Ok, host.Status);
        AssertNobodyHolds(first);
    }

    [Theory]
    [InlineData(HostLine)]
    [InlineData(PlainLine)]
    [InlineData(OwnLine)]
    public void Flush_OfALineThatHostAndDeviceShare_TakesItFromBoth(ulong line)
    {
        now = host.Access(bench.Simulation, now, line, false);
        now = device.Access(bench.Simulation, now, line, false);
        Assert.Contains(Home.CachedLines, l => l.Line == line);
        Assert.Contains(bench.Devices[0].Coherence!.CachedLines, l => l.Line == line);

        now = host.FlushRange(bench.Simulation, now, line, 64);

        Assert.DoesNotContain(Home.CachedLines, l => l.Line == line);
        if (line != OwnLine) // a device's cache of its own memory is not the host's to empty
            AssertNobodyHolds(line);
    }

    [Theory]
    [InlineData(HostLine)]
    [InlineData(PlainLine)]
    public void Flush_OfALineThatOnlyTheDeviceHasWritten_PutsItIntoMemory(ulong line)
    {
        now = device.Access(bench.Simulation, now, line, true);
        var stored = new byte[64];

        now = host.FlushRange(bench.Simulation, now, line, 64);

        AssertNobodyHolds(line);
        (line == HostLine ? (Media)bench.Host.Children[0] : bench.Devices[1].Media).Peek(new Dpa(line == HostLine ? HostLine : 0x4000), stored);
        Assert.Equal(Enumerable.Repeat((byte)1, 64), stored);
    }

    [Fact]
    public void Flush_OfMoreLinesThanMayBeUnderWay_TakesThemInTurns()
    {
        const int lines = 40_000; // a host has at most 32,768 accesses under way
        var one = new OneAtATimeAgent();
        var large = new CoherenceBench(
            new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.MiB(4) } },
            [new DeviceCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) }, BackInvalidate = true }, new DeviceCoherenceOptions { HasCache = false }],
            addAgents: b => one.TagBase = b.Host.AddAgent("one", one));
        SimTime at = large.Booted;
        for (int i = 0; i < lines; i++)
            at = one.Access(large.Simulation, at, PlainLine + 64 * (ulong)i, true);
        Assert.Equal(lines, large.Host.Home!.CachedLines.Count());

        one.FlushRange(large.Simulation, at, PlainLine, lines * 64UL);

        Assert.Equal(AccessStatus.Ok, one.Status);
        Assert.Empty(large.Host.Home!.CachedLines);
    }

    private void AssertNobodyHolds(ulong first)
    {
        Assert.DoesNotContain(Home.CachedLines, l => l.Line - first < Range);
        Assert.DoesNotContain(Home.Directory, e => e.Line - first < Range && (e.Owner >= 0 || e.Sharers != 0));
        Assert.DoesNotContain(bench.Devices[0].Coherence!.CachedLines, l => l.Line - first < Range);
        Assert.Equal((0, 0), (Home.Active, bench.Devices[0].Coherence!.Active));
    }
}
