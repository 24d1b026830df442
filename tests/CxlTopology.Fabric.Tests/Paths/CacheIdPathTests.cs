using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>CXL.cache passes where a cache ID decoder lets it, and what goes down finds its device by its id.</summary>
public sealed class CacheIdPathTests
{
    private const ulong HostLine = 0x4000;
    private const uint Forward = 1;
    private const uint Assign = 2;
    private const uint HdmDPresent = 4;
    private const uint Commit = 8;
    private const uint NotCommitted = 2;

    public static TheoryData<int, bool> Places => new() { { 0, false }, { 0, true }, { 1, false }, { 1, true }, { 2, false }, { 2, true } };

    [Theory]
    [MemberData(nameof(Places))]
    public void Request_WhereOneIsNotCommitted_IsRefusedThere(int hop, bool isTable)
    {
        PathBench bench = TwoLevels();
        bench.Do(async os =>
        {
            if (isTable)
                await SetTarget(bench, os, hop, 0);
            else
                await os.Commit(await os.Capability(bench.Ports(1)[hop], ComponentCapabilityId.CacheIdDecoder), 0, Commit);
        });

        string? closed = bench.Devices[1].CacheWay!.ClosedAt;
        AccessStatus refused = bench.OfDevice(1, HostLine);

        Assert.Equal(AccessStatus.NoCacheId, refused);
        Assert.Equal(isTable ? bench.PortActor(1, hop).RouteTables!.Path : bench.PortActor(1, hop).Path, closed);
        Assert.Equal(1, PathBench.Refused(bench.PortActor(1, hop), AccessStatus.NoCacheId));
        Assert.Equal((0, 0), (bench.Devices[1].Coherence!.Active, bench.Host.Home!.Active));
        if (hop == 2 || isTable)
            Assert.Equal(AccessStatus.Ok, bench.OfDevice(2, HostLine)); // its neighbour has ways of its own there
        bench.Do(os => bench.Open(os, 1));
        Assert.Equal(new CoherenceWay(bench.Devices[1].CacheId, null), bench.Devices[1].CacheWay);
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(1, HostLine));
    }

    [Fact]
    public void Snoops_GoToTheDeviceThatHoldsTheLine()
    {
        PathBench bench = TwoLevels();
        for (int device = 0; device < 3; device++)
            Assert.Equal(AccessStatus.Ok, bench.OfDevice(device, HostLine + 64 * (ulong)device));

        bench.OfHost(HostLine + 64);

        Assert.Equal([0L, 1L, 0L], bench.Devices.Select(d => d.Coherence!.Statistics.Snoops));
        Assert.Equal([0, 1, 2], bench.Devices.Select(d => d.CacheId));
    }

    [Fact]
    public void Snoops_BehindTwoHostBridges_GoToTheDeviceThatHoldsTheLine()
    {
        var bench = new PathBench([[TreeNode.Device], [TreeNode.Switch(TreeNode.Device)]]);
        for (int device = 0; device < 2; device++)
            Assert.Equal(AccessStatus.Ok, bench.OfDevice(device, HostLine + 64 * (ulong)device));

        bench.OfHost(HostLine + 64);
        bench.OfHost(HostLine);

        Assert.Equal([1L, 1L], bench.Devices.Select(d => d.Coherence!.Statistics.Snoops));
        Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home!, [.. bench.Devices.Select(d => d.Coherence!)]));
    }

    [Fact]
    public void Request_WithTheIdOfAnotherDevice_IsRefused()
    {
        var bench = new PathBench([[TreeNode.Device, TreeNode.Device]]);
        bench.Do(async os => await os.Commit(await os.Capability(bench.Ports(1)[0], ComponentCapabilityId.CacheIdDecoder), Assign, Commit)); // id 0 is device 0's

        Assert.Equal(AccessStatus.NoCacheId, bench.OfDevice(1, HostLine));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, HostLine));
    }

    [Fact]
    public void RequestForItsOwnMemory_WhereNoHdmDDeviceIsKnown_IsRefused()
    {
        var bench = new PathBench([[TreeNode.HdmD]]);
        ulong line = PathBench.AddressOf(0);
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, line)); // in host bias it asks
        ulong port = 0;
        bench.Do(async os => port = await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.CacheIdDecoder));
        bench.Do(os => os.Commit(port, Assign, Commit));

        Assert.Equal(AccessStatus.NoCacheId, bench.OfDevice(0, line + 64));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, HostLine));
        bench.Do(os => os.Commit(port, Assign | HdmDPresent, Commit));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, line + 64));
    }

    [Fact]
    public void SecondHdmDDevice_UnderARootPort_NeedsARouteTableThatTakesTwo()
    {
        var two = new PathBench([[TreeNode.Switch(TreeNode.HdmD, TreeNode.HdmD) with { Options = new SwitchOptions { HdmDDevices = 2 } }]]);
        for (int device = 0; device < 2; device++)
        {
            Assert.Equal(AccessStatus.Ok, two.OfDevice(device, PathBench.AddressOf(device)));
            two.OfHost(PathBench.AddressOf(device));
        }

        Assert.Empty(CoherenceChecker.Disagreements(two.Host.Home!, [.. two.Devices.Select(d => d.Coherence!)]));

        var one = new PathBench([[TreeNode.Switch(TreeNode.HdmD, TreeNode.HdmD)]], opens: false);
        one.Do(os => one.Open(os, 0));
        Errno? refused = null;
        one.Do(async os => refused = await Failing(() => one.Open(os, 1)));
        Assert.Equal(Errno.ENOSPC, refused);
        Assert.Equal((AccessStatus.Ok, AccessStatus.NoCacheId), (one.OfDevice(0, PathBench.AddressOf(0)), one.OfDevice(1, PathBench.AddressOf(1))));
    }

    [Fact]
    public void RouteTable_OfMorePortsWithHdmDThanItTakes_IsRefused()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.HdmD, TreeNode.Device)]]);
        uint status = 0;
        bench.Do(async os =>
        {
            await os.Commit(await os.Capability(bench.Ports(1)[1], ComponentCapabilityId.CacheIdDecoder), Assign | HdmDPresent | 0x10100, Commit); // id 1 twice
            status = await os.Commit(await os.Capability(bench.Ports(1)[1].Parent!, ComponentCapabilityId.CacheIdRouteTable), 0, 1);
        });

        Assert.Equal((PathRefusal.TooManyHdmD, NotCommitted), (bench.Switches[0].Upstream.Routing!.CacheIdRefusal, status & 3));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, HostLine)); // what was in force still is
    }

    [Fact]
    public void RouteTable_ThatNamesAPortThatIsNotThere_IsRefused()
    {
        PathBench bench = TwoLevels();
        uint status = 0;
        bench.Do(async os =>
        {
            ulong table = await os.Capability(bench.Places[0], ComponentCapabilityId.CacheIdRouteTable);
            await os.WriteMmio(table + 0x10, 0x7701, 2);
            status = await os.Commit(table, 0, 1);
        });

        Assert.Equal((PathRefusal.TargetMissing, NotCommitted), (bench.Bridges[0].Routing!.CacheIdRefusal, status & 3));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, HostLine));
    }

    [Theory]
    [InlineData(Assign | Forward, PathRefusal.ForwardsAndAssigns)]
    [InlineData(Assign | HdmDPresent | 0x20100, PathRefusal.HdmDOfAnother)]
    public void Decoder_ThatContradictsItself_IsRefused(uint control, PathRefusal refusal)
    {
        PathBench bench = TwoLevels();
        uint status = 0;
        bench.Do(async os => status = await os.Commit(await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.CacheIdDecoder), control, Commit));

        Assert.Equal((refusal, NotCommitted), (bench.PortActor(0, 0).Routing!.CacheIdRefusal, status & 3));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, HostLine));
    }

    [Theory]
    [InlineData(FlitMode.Flit68, FlitMode.Flit68)]
    [InlineData(FlitMode.Flit68, FlitMode.Flit256)]
    [InlineData(FlitMode.Flit256, FlitMode.Flit68)]
    public void Device_BehindALinkWithSmallFlits_HasTheIdThatThePortAboveAssigns(FlitMode above, FlitMode below)
    {
        var bench = new PathBench([[TreeNode.Device, TreeNode.Switch(TreeNode.HdmD with { Flits = below }) with { Flits = above }]]);

        Assert.Equal(AccessStatus.Ok, bench.OfDevice(1, HostLine));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(1, PathBench.AddressOf(1)));
        bench.OfHost(HostLine);

        Assert.Equal(1, bench.Devices[1].CacheId);
        Assert.Equal(1, bench.Devices[1].Coherence!.Statistics.Snoops);
        Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home!, [.. bench.Devices.Select(d => d.Coherence!)]));
    }

    [Fact]
    public void SecondCachingDevice_BelowALinkWithSmallFlits_IsBusy()
    {
        TreeNode small = TreeNode.HdmD with { Flits = FlitMode.Flit68 };
        var bench = new PathBench(
            [[TreeNode.Switch(small, small) with { Flits = FlitMode.Flit68, Options = new SwitchOptions { HdmDDevices = 2 } }]], opens: false);
        Errno? refused = null;
        bench.Do(async os =>
        {
            await bench.Open(os, 0);
            refused = await Failing(() => bench.Open(os, 1));
        });

        Assert.Equal(Errno.EBUSY, refused);
        Assert.Equal((AccessStatus.Ok, AccessStatus.NoCacheId), (bench.OfDevice(0, HostLine), bench.OfDevice(1, HostLine)));
    }

    [Fact]
    public void Device_PastTheLastIdOfARouteTable_GetsNone()
    {
        var bench = new PathBench([[TreeNode.Device, TreeNode.Device, TreeNode.Device]], opens: false, bridge: new HostBridgeOptions { Uid = 0, CacheIds = 2 });
        Errno? refused = null;
        bench.Do(async os =>
        {
            await bench.Open(os, 0);
            await bench.Open(os, 1);
            refused = await Failing(() => bench.Open(os, 2));
        });

        Assert.Equal(Errno.ENOSPC, refused);
        Assert.Null(bench.Devices[2].CacheId);
        Assert.Null(bench.Caches.IdOf(bench.Function(2)));
    }

    [Fact]
    public void Assign_WithoutCacheIdDecodersAnywhere_DoesNothing()
    {
        var bench = new PathBench([[TreeNode.Device]], bridge: new HostBridgeOptions { Uid = 0, CacheIds = 0 });

        Assert.Null(bench.Caches.IdOf(bench.Function(0)));
        Assert.Equal(AccessStatus.NoCacheId, bench.OfDevice(0, HostLine));
    }

    [Fact]
    public void Assign_ThroughASwitchWithoutCacheIdDecoders_IsUndone()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Options = new SwitchOptions { CacheIds = 0 } }]], opens: false);
        Errno? refused = null;
        bench.Do(async os => refused = await Failing(() => bench.Open(os, 0)));

        Assert.Equal(Errno.ENXIO, refused);
        Assert.Null(bench.Caches.IdOf(bench.Function(0)));
        Assert.NotEqual(CacheIdMode.Forwarded, bench.PortActor(0, 0).Routing?.CacheId ?? CacheIdMode.Off);
    }

    [Fact]
    public void Release_OfADeviceWithDirtyLines_WritesThemBackAndFreesTheId()
    {
        var bench = new PathBench([[TreeNode.Device, TreeNode.Device]]);
        bench.OfDevice(0, HostLine);
        bench.Do(async os => await bench.Caches.Release(bench.Function(0), await new ComponentLocator(os, os).Locate(bench.Function(0))));

        Assert.True(bench.Devices[0].Coherence!.IsCacheEmpty);
        Assert.Equal(0, bench.Devices[0].Coherence!.Statistics.LinesLost);
        Assert.Equal(AccessStatus.NoCacheId, bench.OfDevice(0, HostLine, isWrite: false));
        bench.OfHost(HostLine);
        Assert.Equal(0, bench.Devices[0].Coherence!.Statistics.Snoops);
        Assert.Empty(bench.Log);
        bench.Do(os => bench.Open(os, 0));
        Assert.Equal(0, bench.Caches.IdOf(bench.Function(0)));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, HostLine));
    }

    [Fact]
    public void Release_OfOneOfTwoBehindASwitch_LeavesTheOther()
    {
        PathBench bench = TwoLevels();
        bench.Do(async os => await bench.Caches.Release(bench.Function(1), await new ComponentLocator(os, os).Locate(bench.Function(1))));

        Assert.Equal([AccessStatus.Ok, AccessStatus.NoCacheId, AccessStatus.Ok], Enumerable.Range(0, 3).Select(d => bench.OfDevice(d, HostLine + 64 * (ulong)d)));
    }

    [Fact]
    public void DirtyLine_WhoseEvictionMayNotPass_IsCountedAsLost()
    {
        var bench = new PathBench([[TreeNode.Device]]);
        for (ulong i = 0; i < 64; i++)
            bench.OfDevice(0, HostLine + 64 * i); // as many as the cache has lines
        bench.Do(async os => await os.Commit(await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.CacheIdDecoder), 0, Commit));
        bench.Do(async os =>
        {
            int dvsec = await new ComponentLocator(os, os).FindDvsec(bench.Function(0), 0);
            await os.WriteConfig(bench.Function(0).Bdf, dvsec + 0x10, 3, 2); // write back
        });

        Assert.True(bench.Devices[0].Coherence!.IsCacheEmpty);
        Assert.Equal(64, bench.Devices[0].Coherence!.Statistics.LinesLost);
        Assert.Equal(AccessStatus.Ok, bench.OfHost(HostLine)); // nobody answers for the device, and the line is free
        Assert.Equal((0, 0), (bench.Devices[0].Coherence!.Active, bench.Host.Home!.Active));
    }

    [Fact]
    public void Snoop_WhoseWayWasTaken_IsAnsweredForTheDevice()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device)]]);
        bench.OfDevice(0, HostLine);
        bench.Do(async os =>
        {
            ulong table = await os.Capability(bench.Ports(0)[1].Parent!, ComponentCapabilityId.CacheIdRouteTable);
            await os.WriteMmio(table + 0x10, 0);
            await os.Commit(table, 0, 1);
        });

        Assert.Equal(AccessStatus.Ok, bench.OfHost(HostLine));
        Assert.Equal(1, PathBench.Refused(bench.Switches[0].Upstream, AccessStatus.NoCacheId));
        Assert.Equal(0, bench.Devices[0].Coherence!.Statistics.Snoops);
    }

    private static PathBench TwoLevels() => new([[TreeNode.Device, TreeNode.Switch(TreeNode.Switch(TreeNode.Device, TreeNode.Device))]]);

    private static async Task SetTarget(PathBench bench, PathProgram os, int hop, uint entry)
    {
        ulong table = hop == 0
            ? await os.Capability(bench.Places[0], ComponentCapabilityId.CacheIdRouteTable)
            : await os.Capability(bench.Ports(1)[hop].Parent!, ComponentCapabilityId.CacheIdRouteTable);
        await os.WriteMmio(table + 0x12, entry, 2);
        await os.Commit(table, 0, 1);
    }

    private static async Task<Errno?> Failing(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (ErrnoException error)
        {
            return error.Errno;
        }
    }
}
