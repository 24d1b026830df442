using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Back-invalidate snoops pass what is committed on their way, and nothing else.</summary>
public sealed class BackInvalidatePathTests
{
    private const uint Enable = 2;
    private const uint Forward = 1;
    private const uint Commit = 4;
    private const uint Committed = 1;
    private const uint NotCommitted = 2;

    /// <summary>Where a way can be broken: at a port above the device or at its route table, from the root port on; or at the device (-1).</summary>
    public static TheoryData<int, bool> Places => new() { { -1, false }, { 0, false }, { 0, true }, { 1, false }, { 1, true }, { 2, false }, { 2, true } };

    [Theory]
    [MemberData(nameof(Places))]
    public void Snoop_WhereOneIsNotCommitted_IsRefusedThere(int hop, bool isTable)
    {
        PathBench bench = TwoLevels();
        ulong line = PathBench.AddressOf(1) + 0x1000;
        bench.OfHost(line, isWrite: true);
        if (isTable)
            bench.Do(os => Forget(bench, os, hop));
        else
            bench.Do(async os => await os.Commit(await Place(bench, os, 1, hop, isTable: false), 0, Commit));

        string? closed = bench.Devices[1].BackInvalidateWay!.ClosedAt;
        AccessStatus refused = bench.OfDevice(1, line);

        Assert.Equal(AccessStatus.NoBackInvalidate, refused);
        Assert.Equal(hop < 0 ? bench.Devices[1].Path : isTable ? bench.PortActor(1, hop).RouteTables!.Path : bench.PortActor(1, hop).Path, closed);
        Assert.Equal(hop < 0 ? 0 : 1, PathBench.Refused(hop < 0 ? bench.PortActor(1, 2) : bench.PortActor(1, hop), AccessStatus.NoBackInvalidate));
        Assert.Equal(LineState.Modified, bench.Host.Home!.CachedLines.Single(l => l.Line == line).State);
        Assert.Equal(0, bench.Devices[1].Coherence!.Active);
        if (isTable)
            bench.Do(async os => await os.Commit(await Place(bench, os, 1, hop, isTable: true), 0, 1));
        bench.Do(os => bench.Open(os, 1));
        Assert.Equal(new CoherenceWay(bench.Function(1).Bdf.Bus, null), bench.Devices[1].BackInvalidateWay);
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(1, line));
        Assert.Empty(bench.Host.Home.CachedLines);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Snoops_OfSeveralDevices_FindTheirWayBack(int writer)
    {
        PathBench bench = TwoLevels();
        for (int device = 0; device < 3; device++)
            bench.OfHost(PathBench.AddressOf(device));

        Assert.Equal(AccessStatus.Ok, bench.OfDevice(writer, PathBench.AddressOf(writer)));

        Assert.All(bench.Devices, (d, i) => Assert.Equal(i == writer ? 1 : 0, d.Coherence!.Statistics.BackInvalidates));
        Assert.Equal(2, bench.Host.Home!.CachedLines.Count());
    }

    [Fact]
    public void Snoops_FromBusesOfTheSameNumberInTwoSegments_FindTheirWayBack()
    {
        var bench = new PathBench([[TreeNode.Device], [TreeNode.Device]]);
        Assert.Equal(bench.Function(0).Bdf.Bus, bench.Function(1).Bdf.Bus);

        for (int device = 0; device < 2; device++)
        {
            bench.OfHost(PathBench.AddressOf(device), isWrite: true);
            Assert.Equal(AccessStatus.Ok, bench.OfDevice(device, PathBench.AddressOf(device)));
        }
    }

    [Fact]
    public void Snoop_AfterItsBusWasRenumbered_NeedsTheRouteTablesCommittedAgain()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device)]]);
        ulong line = PathBench.AddressOf(0);
        PciDevice port = bench.Ports(0)[1];
        bench.OfHost(line);
        bench.Do(async os =>
        {
            uint last = port.SubordinateBus + 1u; // the ports above lead there as well
            foreach (PciDevice above in (PciDevice[])[bench.Ports(0)[0], port.Parent!])
                await os.WriteConfig(above.Bdf, 0x1A, last, 1);
            await os.WriteConfig(port.Bdf, 0x18, port.Bdf.Bus | last << 8 | last << 16);
        });

        Assert.Equal(AccessStatus.NoBackInvalidate, bench.OfDevice(0, line));
        bench.Do(async os => await os.Commit(await os.Capability(port.Parent!, ComponentCapabilityId.BiRouteTable), 0, 1));
        Assert.Equal(AccessStatus.NoBackInvalidate, bench.OfDevice(0, line));
        bench.Do(async os => await os.Commit(await os.Capability(bench.Places[0], ComponentCapabilityId.BiRouteTable), 0, 1));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, line));
    }

    [Fact]
    public void Snoop_ThroughAForwardingPortWithTheDeviceRightBelow_IsRefused()
    {
        var bench = new PathBench([[TreeNode.Device]]);
        bench.OfHost(PathBench.AddressOf(0));
        bench.Do(async os => await os.Commit(await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.BiDecoder), Forward, Commit));

        Assert.Equal(AccessStatus.NoBackInvalidate, bench.OfDevice(0, PathBench.AddressOf(0))); // a device does not know its bus
    }

    [Fact]
    public void Answer_WhoseWayWasTakenMeanwhile_IsLostAndToldSo()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device)]]);
        ulong line = PathBench.AddressOf(0);
        bench.OfHost(line);
        // A root port that says "right below" of a switch gives the snoop its own bus, by which the switch knows nobody.
        bench.Do(async os =>
        {
            await os.Commit(await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.BiDecoder), Enable, Commit);
            await os.Commit(await os.Capability(bench.Places[0], ComponentCapabilityId.BiRouteTable), 0, 1);
        });
        SimTime before = bench.Now;

        AccessStatus status = bench.OfDevice(0, line);

        Assert.Equal(AccessStatus.Timeout, status);
        Assert.Equal(1, PathBench.Refused(bench.Switches[0].Upstream, AccessStatus.NoBackInvalidate));
        Assert.True(bench.Now - before >= HomeAgent.LostAfter);
        Assert.Equal((0, 0), (bench.Devices[0].Coherence!.Active, bench.Host.Home!.Active));
    }

    [Fact]
    public void Commit_ThatTakesTime_ComesIntoForceThen()
    {
        var slow = new SwitchOptions { CommitTime = HardwareDelay.Of(SimDuration.FromMilliseconds(3)) };
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Options = slow }]]);
        ulong line = PathBench.AddressOf(0);
        PciDevice port = bench.Ports(0)[1];
        ulong at = 0;
        uint pending = uint.MaxValue;
        bench.Do(async os => at = await os.Capability(port, ComponentCapabilityId.BiDecoder));
        bench.Do(async os => await os.Commit(at, 0, Commit));
        bench.OfHost(line);
        Assert.Equal(AccessStatus.NoBackInvalidate, bench.OfDevice(0, line));

        AccessStatus early = bench.OfDevice(0, line, async os => pending = await os.Commit(at, Enable, Commit), SimDuration.Zero);

        Assert.Equal((AccessStatus.NoBackInvalidate, 0u), (early, pending & 3));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, line));
        bench.Do(async os => Assert.Equal(Committed, (uint)await os.ReadMmio(at + 8) & 3));
    }

    [Fact]
    public void Commit_WhileAnotherIsInForce_LeavesThatUntilItIsDecided()
    {
        var slow = new SwitchOptions { CommitTime = HardwareDelay.Of(SimDuration.FromMilliseconds(3)) };
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Options = slow }]]);
        ulong line = PathBench.AddressOf(0);
        bench.OfHost(line);

        AccessStatus meanwhile = bench.OfDevice(0, line, async os => await os.Commit(await os.Capability(bench.Ports(0)[1], ComponentCapabilityId.BiDecoder), 0, Commit), SimDuration.Zero);

        Assert.Equal(AccessStatus.Ok, meanwhile);
        bench.OfHost(line);
        Assert.Equal(AccessStatus.NoBackInvalidate, bench.OfDevice(0, line));
    }

    [Fact]
    public void Commit_GivenUpBeforeItIsDecided_ChangesNothing()
    {
        var slow = new SwitchOptions { CommitTime = HardwareDelay.Of(SimDuration.FromMilliseconds(3)) };
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Options = slow }]]);
        bench.OfHost(PathBench.AddressOf(0));
        uint status = 0;
        bench.Do(async os =>
        {
            ulong at = await os.Capability(bench.Ports(0)[1], ComponentCapabilityId.BiDecoder);
            await os.Commit(at, 0, Commit);
            await os.WriteMmio(at + 4, 0);
            await os.Wait(SimDuration.FromMilliseconds(5));
            status = (uint)await os.ReadMmio(at + 8);
        });

        Assert.Equal(0u, status & 3);
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, PathBench.AddressOf(0)));
    }

    [Theory]
    [InlineData(CommitProfile.Strict, PathRefusal.ForwardsAndAssigns, NotCommitted)]
    [InlineData(CommitProfile.Permissive, PathRefusal.None, Committed)]
    public void Decoder_ThatForwardsAndEnables_IsRefusedWhereCommitsAreChecked(CommitProfile profile, PathRefusal refusal, uint expected)
    {
        var bench = new PathBench([[TreeNode.Device]], profile: profile);
        uint status = 0;
        bench.Do(async os => status = await os.Commit(await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.BiDecoder), Forward | Enable, Commit));

        Assert.Equal((refusal, expected), (bench.PortActor(0, 0).Routing!.BackInvalidateRefusal, status & 3));
    }

    [Theory]
    [InlineData(0u, 0u, PathRefusal.NoBus)]
    [InlineData(1u, 0xFFu, PathRefusal.BusesOverlap)]
    public void RouteTable_OfPortsWithoutBusesOfTheirOwn_IsRefused(uint first, uint last, PathRefusal refusal)
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device), TreeNode.Device]]);
        uint status = 0;
        bench.Do(async os =>
        {
            PciDevice port = bench.Ports(0)[0];
            await os.WriteConfig(port.Bdf, 0x18, port.Bdf.Bus | first << 8 | last << 16);
            status = await os.Commit(await os.Capability(bench.Places[0], ComponentCapabilityId.BiRouteTable), 0, 1);
        });

        Assert.Equal((refusal, NotCommitted), (bench.Bridges[0].Routing!.BackInvalidateRefusal, status & 3));
    }

    [Fact]
    public void HotReset_OfASwitch_TakesTheWayUntilItIsOpenedAgain()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device, TreeNode.Device)]]);
        bench.Simulation.Post(bench.Switches[0], ResetControl.Of(ResetKind.Warm), bench.Now);
        bench.Do(os => os.Wait(SimDuration.FromMilliseconds(200)));

        Assert.Equal(BackInvalidateMode.Off, bench.Devices[0].Routing!.BackInvalidate);
        Assert.Null(bench.Switches[0].Upstream.Routing!.PortOfBus(bench.Function(0).Bdf.Bus));
        Assert.Equal(BackInvalidateMode.Forwarded, bench.PortActor(0, 0).Routing!.BackInvalidate); // the root port was not reset
        Assert.Null(bench.Devices[0].CacheId);
    }

    [Fact]
    public void Recall_OfADeviceThatMayNotAsk_RefusesTheRequestThatNeedsTheRoom()
    {
        var bench = new PathBench([[TreeNode.Device with { FilterLines = 4 }]], opens: false);
        ulong line = PathBench.AddressOf(0);
        for (ulong i = 0; i < 4; i++)
            Assert.Equal(AccessStatus.Ok, bench.OfHost(line + 64 * i));

        AccessStatus fifth = bench.OfHost(line + 256);

        Assert.Equal(AccessStatus.NoBackInvalidate, fifth);
        Assert.Equal((0, 0), (bench.Devices[0].Coherence!.Active, bench.Host.Home!.Active));
        Assert.Equal(AccessStatus.Ok, bench.OfHost(line)); // what it has it keeps
        Assert.Equal(4, bench.Devices[0].Coherence!.FilteredLines.Count(l => l.State != LineState.Invalid));
    }

    [Fact]
    public void Recall_ThatAPortRefuses_RefusesTheRequestThatNeedsTheRoom()
    {
        var bench = new PathBench([[TreeNode.Device with { FilterLines = 4 }]]);
        bench.Do(async os => await os.Commit(await os.Capability(bench.Ports(0)[0], ComponentCapabilityId.BiDecoder), 0, Commit));
        for (ulong i = 0; i < 4; i++)
            bench.OfHost(PathBench.AddressOf(0) + 64 * i, isWrite: true);

        AccessStatus fifth = bench.OfHost(PathBench.AddressOf(0) + 256);

        Assert.Equal(AccessStatus.NoBackInvalidate, fifth);
        Assert.Equal((0, 0), (bench.Devices[0].Coherence!.Active, bench.Host.Home!.Active));
        bench.Do(os => bench.Open(os, 0));
        Assert.Equal(AccessStatus.Ok, bench.OfHost(PathBench.AddressOf(0) + 256));
        Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home, [bench.Devices[0].Coherence!]));
    }

    private static PathBench TwoLevels() => new([[TreeNode.Device, TreeNode.Switch(TreeNode.Switch(TreeNode.Device, TreeNode.Device))]]);

    private static async Task<ulong> Place(PathBench bench, PathProgram os, int device, int hop, bool isTable)
    {
        if (hop < 0)
            return await os.Capability(bench.Function(device), ComponentCapabilityId.BiDecoder);
        PciDevice port = bench.Ports(device)[hop];
        if (!isTable)
            return await os.Capability(port, ComponentCapabilityId.BiDecoder);
        return hop == 0 ? await os.Capability(bench.Places[0], ComponentCapabilityId.BiRouteTable) : await os.Capability(port.Parent!, ComponentCapabilityId.BiRouteTable);
    }

    /// <summary>Has a route table take over that the port leads nowhere, and the port's decoder be in force again.</summary>
    private static async Task Forget(PathBench bench, PathProgram os, int hop)
    {
        ulong decoder = await Place(bench, os, 1, hop, isTable: false);
        uint mode = (uint)await os.ReadMmio(decoder + 4) & 3;
        await os.Commit(decoder, 0, Commit);
        await os.Commit(await Place(bench, os, 1, hop, isTable: true), 0, 1);
        await os.Commit(decoder, mode, Commit);
    }
}
