using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

public sealed class FirmwarePlannerTests
{
    private const ulong Quarter = Platform.Quarter;

    /// <summary>Bridges, ports, below; granularity; what the bridge, the switch and the endpoint get: ways, granularity.</summary>
    public static TheoryData<int, int, int, int, (int, int), (int, int)?, (int, int)> Table => new()
    {
        { 1, 2, 0, 256, (2, 256), null, (2, 256) },
        { 2, 2, 0, 256, (2, 512), null, (4, 256) },
        { 2, 2, 2, 1024, (2, 2048), (2, 4096), (8, 1024) },
        { 1, 1, 4, 4096, (1, 4096), (4, 4096), (4, 4096) },
        { 4, 4, 0, 256, (4, 1024), null, (16, 256) },
        { 3, 2, 0, 256, (2, 256), null, (6, 256) },
        { 3, 2, 2, 1024, (2, 1024), (2, 2048), (12, 1024) },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Plan_OfATopology_GivesEachLevelWhatLinuxComputes(int bridges, int ports, int below, int granularity, (int, int) bridge, (int, int)? upstream, (int, int) endpoint)
    {
        var platform = new Platform(bridges, ports, below);
        RegionPlan region = platform.Region(platform.Window(granularity), granularity, ByRouting(platform, granularity));
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([region]);
        var programmed = new Programmed(writes);

        Assert.Empty(problems);
        Assert.All(platform.Bridges, b => Assert.Equal(Interleave.Of(bridge.Item1, bridge.Item2), programmed.Of(b).Interleave));
        Assert.All(region.Endpoints, e => Assert.Equal(Interleave.Of(endpoint.Item1, endpoint.Item2), programmed.Of(e).Interleave));
        if (upstream is (int, int) expected)
            Assert.All(region.Endpoints, e => Assert.Equal(Interleave.Of(expected.Item1, expected.Item2), programmed.Of(e.Parent!).Interleave));
        AssertRoutesInOrder(platform, region, programmed);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Plan_OfARegion_GivesEveryDecoderItsRange(int bridges, int ports, int below, int granularity, (int, int) bridge, (int, int)? upstream, (int, int) endpoint)
    {
        var platform = new Platform(bridges, ports, below);
        RegionPlan region = platform.Region(platform.Window(granularity), granularity, ByRouting(platform, granularity), offset: 24UL << 30);
        var programmed = new Programmed(FirmwarePlanner.Plan([region]).Writes);
        PlatformNode[] nodes = [.. region.Endpoints.SelectMany(e => e.Path).Distinct()];

        Assert.Equal(nodes.Select(n => n.Name).Order(), programmed.Components.Order());
        Assert.True(bridge.Item1 * (upstream?.Item1 ?? 1) * bridges == endpoint.Item1);
        Assert.All(nodes, n => Assert.Equal((region.Base, region.Size), (programmed.Of(n).Base, programmed.Of(n).Size)));
        Assert.All(nodes, n => Assert.True(programmed.Of(n) is { Commit: true, LockOnCommit: false, TargetRangeType: TargetRangeType.HostOnly }));
    }

    [Fact]
    public void Plan_BelowThreeBridges_SendsPositionsWhereTheAddressBitsGo()
    {
        // Position to (bridge, root port) by remainders: 0(0,0) 1(1,1) 2(2,0) 3(0,1) 4(1,0) 5(2,1).
        var platform = new Platform(3, 2);
        RegionPlan region = platform.Region(platform.Window(256), 256, [platform.At(0, 0), platform.At(1, 1), platform.At(2, 0), platform.At(0, 1), platform.At(1, 0), platform.At(2, 1)]);
        var programmed = new Programmed(FirmwarePlanner.Plan([region]).Writes);

        AssertRoutesInOrder(platform, region, programmed);
        Assert.All(platform.Bridges, b => Assert.Equal(0x0100UL, programmed.Of(b).Targets));
    }

    [Fact]
    public void Plan_OfSixWaysInTheOrderSoftwareCounts_TurnsTheTargetsOfTheMiddleBridge()
    {
        // Appending in the order of positions would put position 1 at slot 0 of the second bridge, where its address does not go.
        var platform = new Platform(3, 2);
        RegionPlan region = platform.Region(platform.Window(256), 256, platform.CrossLinkFirst());
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([region]);
        var programmed = new Programmed(writes);

        Assert.Empty(problems);
        Assert.Equal([0x0100UL, 0x0001UL, 0x0100UL], platform.Bridges.Select(b => programmed.Of(b).Targets));
        AssertRoutesInOrder(platform, region, programmed);
    }

    [Fact]
    public void Plan_OfTwelveWays_AgreesWithTheOrderOfTheRegion()
    {
        // The (bridge, root port, downstream port) of each position by remainders, 1 KiB.
        (int Bridge, int Port, int Below)[] expected =
            [(0, 0, 0), (1, 1, 0), (2, 0, 1), (0, 1, 1), (1, 0, 0), (2, 1, 0), (0, 0, 1), (1, 1, 1), (2, 0, 0), (0, 1, 0), (1, 0, 1), (2, 1, 1)];
        var platform = new Platform(3, 2, 2);
        RegionPlan region = platform.Region(platform.Window(1024), 1024, [.. expected.Select(e => platform.At(e.Bridge, e.Port, e.Below))]);
        var programmed = new Programmed(FirmwarePlanner.Plan([region]).Writes);

        AssertRoutesInOrder(platform, region, programmed);
        Assert.All(region.Endpoints.SelectMany(e => e.Path.SkipLast(1)).Distinct(), n => Assert.Equal(0x0100UL, programmed.Of(n).Targets));
    }

    [Theory]
    [InlineData(2, 2, 256, new ulong[] { 0x404100 })]
    [InlineData(4, 2, 256, new ulong[] { 0x404100, 0x808200 })]
    [InlineData(8, 1, 512, new ulong[] { 0x404200, 0x808400, 0x1010800 })]
    [InlineData(12, 1, 256, new ulong[] { 0x404100, 0x808200 })]
    public void Plan_InAnXorWindow_RoutesByTheTransformedAddress(int bridges, int ports, int granularity, ulong[] maps)
    {
        var platform = new Platform(bridges, ports);
        RegionPlan region = platform.Region(platform.Window(granularity, maps: maps), granularity, platform.CrossLinkFirst());
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([region]);
        var programmed = new Programmed(writes);

        Assert.Empty(problems);
        var reached = new HashSet<string>();
        for (ulong chunk = 0; chunk < 4096; chunk++)
        {
            ulong hpa = region.Base.Value + (chunk * 7919 * (ulong)granularity % region.Size.Bytes);
            ulong offset = region.Window.XorMaps!.Transform(hpa) - region.Base.Value;
            int position = Interleave.Of(region.Endpoints.Count, granularity).PositionOf(offset);
            string name = programmed.Route(platform, region, hpa);
            Assert.Equal(region.Endpoints[position].Name, name);
            reached.Add(name);
        }

        Assert.Equal(region.Endpoints.Count, reached.Count);
    }

    [Fact]
    public void Plan_OfPersistentAfterVolatile_SkipsTheRestOfTheVolatilePart()
    {
        // The worked example: 4 GiB volatile, then persistent; 1 GiB volatile, 2 GiB and 1 GiB persistent.
        var platform = new Platform(1, 1);
        FixedMemoryWindow window = platform.Window(256);
        PlatformNode[] only = [platform.At(0, 0)];
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan(
        [
            platform.Region(window, 256, only, 0, share: 4 * Quarter, name: "ram"),
            platform.Region(window, 256, only, 4UL << 30, persistent: true, share: 8 * Quarter, name: "pmem0"),
            platform.Region(window, 256, only, 8UL << 30, persistent: true, share: 4 * Quarter, name: "pmem1"),
        ]);
        var programmed = new Programmed(writes);

        Assert.Empty(problems);
        Assert.Equal([0, 12 * Quarter, 0], Enumerable.Range(0, 3).Select(i => programmed.Of(only[0], i).DpaSkip.Bytes));
    }

    [Fact]
    public void Plan_OfVolatileAbovePersistent_IsAProblem()
    {
        var platform = new Platform(1, 1);
        FixedMemoryWindow window = platform.Window(256);
        (_, IReadOnlyList<string> problems) = FirmwarePlanner.Plan(
        [
            platform.Region(window, 256, [platform.At(0, 0)], 0, persistent: true, name: "pmem"),
            platform.Region(window, 256, [platform.At(0, 0)], 4UL << 30, name: "ram"),
        ]);

        Assert.StartsWith("ram: e000 has persistent memory", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfSeveralRegions_GivesThemDecodersByAscendingAddress()
    {
        var platform = new Platform(1, 2);
        FixedMemoryWindow window = platform.Window(256);
        RegionPlan above = platform.Region(window, 256, [platform.At(0, 1)], 8UL << 30, name: "above");
        RegionPlan below = platform.Region(window, 256, [platform.At(0, 0), platform.At(0, 1)], 0, name: "below");
        var programmed = new Programmed(FirmwarePlanner.Plan([above, below]).Writes);

        Assert.Equal([below.Base, above.Base], Enumerable.Range(0, 2).Select(i => programmed.Of(platform.Bridges[0], i).Base));
        Assert.Equal(1, programmed.Of(platform.At(0, 1), 1).Interleave!.Value.Ways);
        Assert.False(programmed.Has(platform.At(0, 0), 1));
    }

    [Fact]
    public void Plan_OfADecoder_WritesHighHalvesFirstAndControlLast()
    {
        var platform = new Platform(1, 2);
        RegionPlan region = platform.Region(platform.Window(256), 256, platform.CrossLinkFirst());
        IReadOnlyList<FirmwareWrite> writes = FirmwarePlanner.Plan([region]).Writes;

        foreach (string component in new[] { "hb0", "e000", "e010" })
        {
            Assert.Equal(
                [0x14, 0x10, 0x1C, 0x18, 0x28, 0x24, 0x20],
                writes.Where(w => w.Component == component && w is { Space: RegisterSpace.HdmDecoder, Offset: >= 0x10 }).Select(w => w.Offset));
        }
    }

    [Fact]
    public void Plan_OfARegion_CommitsEachEndpointBeforeWhatLeadsToItOnce()
    {
        var platform = new Platform(1, 2, 2);
        RegionPlan region = platform.Region(platform.Window(256), 256, platform.CrossLinkFirst());

        Assert.Equal(
            ["e000", "sw00", "hb0", "e010", "sw01", "e001", "e011"],
            FirmwarePlanner.Plan([region]).Writes.Where(w => w.Commits).Select(w => w.Component));
    }

    [Fact]
    public void Plan_OfEndpoints_EnablesTheMemoryOfEachOnce()
    {
        var platform = new Platform(1, 2);
        FixedMemoryWindow window = platform.Window(256);
        IReadOnlyList<FirmwareWrite> writes = FirmwarePlanner.Plan(
        [
            platform.Region(window, 256, platform.CrossLinkFirst()),
            platform.Region(window, 256, [platform.At(0, 0)], 4UL << 30),
        ]).Writes;

        Assert.Equal(["e000", "e010"], writes.Where(w => w.Space == RegisterSpace.DeviceDvsec).Select(w => w.Component));
        Assert.Equal(["e000", "e010"], writes.Where(w => w is { Space: RegisterSpace.HdmDecoder, Offset: 4, Value: 2 }).Select(w => w.Component));
    }

    [Fact]
    public void Plan_OfDeviceCoherentEndpoints_ClearsTheTypeAndSetsCacheEnable()
    {
        var device = new PlatformNode
        {
            Name = "gpu",
            Kind = ComponentKind.Endpoint,
            Parent = new Platform(1, 1).Bridges[0],
            Capability = new HdmCapability(Platform.DeviceWord),
            VolatileBytes = 1UL << 30,
            DeviceCoherent = true,
            BackInvalidate = true,
        };
        var platform = new Platform(1, 1);
        IReadOnlyList<FirmwareWrite> writes = FirmwarePlanner.Plan([platform.Region(platform.Window(256), 256, [device])]).Writes;
        HdmDecoderSettings settings = new Programmed(writes).Of(device);

        Assert.Equal((TargetRangeType.DeviceCoherent, true), (settings.TargetRangeType, settings.BackInvalidate));
        Assert.Equal(7u, Assert.Single(writes, w => w.Space == RegisterSpace.DeviceDvsec).Value);
    }

    /// <summary>An order that every level's address bits produce with target lists by port number.</summary>
    private static PlatformNode[] ByRouting(Platform platform, int granularity)
    {
        PlatformNode[] all = platform.CrossLinkFirst();
        if (platform.Bridges.Count % 3 != 0)
            return all;
        // Below three bridges the ports choose by the same lowest bits as the window does.
        int[] ports = [.. all.Select(e => e.Path.ElementAt(1).ParentPort).Distinct()];
        bool switches = all[0].Path.Count() == 3;
        return [.. Enumerable.Range(0, all.Length).Select(x => platform.At(x % 3, x % ports.Length, switches ? x / 2 % 2 : 0))];
    }

    private static void AssertRoutesInOrder(Platform platform, RegionPlan region, Programmed programmed)
    {
        int ways = region.Endpoints.Count;
        for (int chunk = 0; chunk < 4 * ways; chunk++)
            Assert.Equal(region.Endpoints[chunk % ways].Name, programmed.Route(platform, region, region.Base.Value + (ulong)(chunk * region.Granularity) + 0x40));
    }
}
