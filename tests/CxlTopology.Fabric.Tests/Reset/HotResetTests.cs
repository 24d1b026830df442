using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Secondary Bus Reset, Link Disable, and resets of what stands above.</summary>
public sealed class HotResetTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;
    private const int BridgeControl = 0x3E;
    private const uint BusReset = 0x40;
    private static readonly SimDuration training = SimDuration.FromMilliseconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SecondaryBusReset_WhileMasked_DoesNothing(bool switched)
    {
        var bench = new ResetBench(switched);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.WriteConfig(bench.PortAbove.Bdf, BridgeControl, BusReset, 2);
            await os.Wait(SimDuration.FromMilliseconds(2));
            Assert.True(bench.Devices[0].IsUp);
            Assert.Equal(AccessStatus.Ok, (await os.Load(Base)).Status);
            await os.WriteConfig(bench.PortAbove.Bdf, BridgeControl, 0, 2);
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    [Fact]
    public void LinkDisable_WhileMasked_DoesNothing()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.WriteConfig(bench.PortAbove.Bdf, bench.PortAbove.ExpressCapability + 0x10, 0x10, 2);
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SecondaryBusReset_HoldsTheLinkDownUntilItIsCleared(bool switched)
    {
        var bench = new ResetBench(switched);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await SetBusReset(os, bench);
            uint status = await os.ReadConfig(bench.PortAbove.Bdf, bench.PortAbove.ExpressCapability + 0x12, 2);
            Assert.Equal(0u, status & 0x2000);
            Assert.Equal(uint.MaxValue, await os.ReadConfig(bench.Device.Bdf, 0));
            Assert.Equal(AccessStatus.LinkDown, (await os.Load(Base)).Status);

            await os.WriteConfig(bench.PortAbove.Bdf, BridgeControl, 0, 2);
            await os.Wait(training);
            status = await os.ReadConfig(bench.PortAbove.Bdf, bench.PortAbove.ExpressCapability + 0x12, 2);
            Assert.Equal(0x2000u, status & 0x2000);
            Assert.Equal(0x0005_1E98u, await os.ReadConfig(bench.Device.Bdf, 0));
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, 4, 2));
            Assert.Equal(AccessStatus.MemoryDisabled, (await os.Load(Base)).Status);
        });
    }

    [Fact]
    public void SecondaryBusReset_OfADownstreamPort_LeavesItsNeighbourAlone()
    {
        var bench = new ResetBench(switched: true);
        bench.Run(async os =>
        {
            PciDevice neighbour = os.At(0, 0, 1, 0);
            var programmer = new Programmer(os, bench);
            await programmer.Route(neighbour);
            await programmer.Enable(neighbour);
            await programmer.Commit(neighbour, 0, Base, Quarter);
            await SetBusReset(os, bench);
            Assert.Equal(AccessStatus.Ok, (await os.Load(Base)).Status);
        });
        Assert.True(bench.Devices[1].IsUp);
    }

    [Fact]
    public void SecondaryBusReset_OfARootPort_ResetsTheSwitchAndAllBelow()
    {
        var bench = new ResetBench(switched: true);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice root = os.At(0);
            await os.WriteConfig(root.Bdf, await os.Dvsec(root, 3) + 0x0C, 1, 2);
            await os.WriteConfig(root.Bdf, BridgeControl, BusReset, 2);
            await os.Wait(SimDuration.FromMilliseconds(2));
            Assert.All(bench.Devices, d => Assert.False(d.IsUp));
            Assert.DoesNotContain(bench.Switch!.Upstream.Decoders.Touched, d => d.Settings.Committed);
            Assert.DoesNotContain(bench.Devices[0].Decoders.Touched, d => d.Settings.Committed);
            await os.WriteConfig(root.Bdf, BridgeControl, 0, 2);
            await os.Wait(training * 2); // the link above, then those below
            Assert.All(bench.Devices, d => Assert.True(d.IsUp));
            await new Programmer(os, bench).Reopen();
            await os.Restore(bench.Device);
            await Ready(os, bench);
        });
    }

    [Fact]
    public void SecondaryBusReset_OfAnUpstreamPort_ResetsWhatIsBelowAndNotItself()
    {
        var bench = new ResetBench(switched: true);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice upstream = os.At(0, 0);
            await os.WriteConfig(upstream.Bdf, BridgeControl, BusReset, 2);
            await os.Wait(SimDuration.FromMilliseconds(2));
            Assert.All(bench.Devices, d => Assert.False(d.IsUp));
            Assert.Single(bench.Switch!.Upstream.Decoders.Touched, d => d.Settings.Committed);
            await os.WriteConfig(upstream.Bdf, BridgeControl, 0, 2);
            await os.Wait(training);
            await new Programmer(os, bench).Reopen();
            await os.Restore(bench.Device);
            await Ready(os, bench);
        });
    }

    [Theory]
    [InlineData(ResetKind.Warm)]
    [InlineData(ResetKind.Cold)]
    public void Reset_OfASwitchFromOutside_DropsItsLinkAndComesBack(ResetKind kind)
    {
        var bench = new ResetBench(switched: true);
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(50);
        bench.Post(bench.Switch!, ResetControl.Of(kind), at);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.Wait(at + SimDuration.FromMilliseconds(1) - os.Now);
            Assert.False(bench.Ports[0].IsUp);
            Assert.All(bench.Devices, d => Assert.False(d.IsUp));
            await os.Wait(training * 2);
            await new Programmer(os, bench).Reopen();
            await os.Restore(bench.Device);
            await Ready(os, bench);
        });
    }

    [Fact]
    public void Reset_OfAHostBridgeFromOutside_LosesItsDecodersAndResetsAllBelow()
    {
        var bench = new ResetBench();
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(50);
        bench.Post(bench.Bridge, ResetControl.Of(ResetKind.Warm), at);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.Wait(at + SimDuration.FromMilliseconds(1) - os.Now);
            Assert.Equal(AccessStatus.NoDecoder, (await os.Load(Base)).Status);
            Assert.All(bench.Devices, d => Assert.False(d.IsUp));
            await os.Wait(training);
            Assert.All(bench.Devices, d => Assert.True(d.IsUp));
            Assert.Equal(0u, await os.ReadConfig(os.At(0).Bdf, 0x18) & 0xFFFF00);
        });
    }

    [Fact]
    public void Link_ThatIsHeldDownByTwo_ComesUpWhenTheLastIsGone()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            PciDevice port = bench.PortAbove;
            int linkControl = port.ExpressCapability + 0x10;
            await os.WriteConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 3, 2);
            await os.WriteConfig(port.Bdf, BridgeControl, BusReset, 2);
            await os.WriteConfig(port.Bdf, linkControl, 0x10, 2);
            await os.WriteConfig(port.Bdf, BridgeControl, 0, 2);
            await os.Wait(training);
            Assert.False(bench.Ports[0].IsUp);
            await os.WriteConfig(port.Bdf, linkControl, 0, 2);
            await os.Wait(training);
            Assert.True(bench.Ports[0].IsUp && bench.Devices[0].IsUp);
        });
    }

    [Fact]
    public void BusReset_WhileTheLinkTrains_TrainsAnew()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            PciDevice port = bench.PortAbove;
            await os.WriteConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 1, 2);
            for (int i = 0; i < 3; i++)
            {
                await os.WriteConfig(port.Bdf, BridgeControl, BusReset, 2);
                await os.WriteConfig(port.Bdf, BridgeControl, 0, 2);
                await os.Wait(SimDuration.FromMilliseconds(5));
                Assert.False(bench.Ports[0].IsUp);
            }

            await os.Wait(training);
            Assert.True(bench.Ports[0].IsUp && bench.Devices[0].IsUp);
        });
    }

    /// <summary>The first device answers for the first quarter, which begins with a one.</summary>
    private static async Task Ready(HostProgram os, ResetBench bench)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        await programmer.Commit(bench.Device, 0, Base, Quarter);
        Assert.Equal(AccessStatus.Ok, await os.Store(Base, 1));
        Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
    }

    private static async Task SetBusReset(HostProgram os, ResetBench bench)
    {
        PciDevice port = bench.PortAbove;
        await os.WriteConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 1, 2);
        await os.WriteConfig(port.Bdf, BridgeControl, BusReset, 2);
        await os.Wait(SimDuration.FromMilliseconds(2));
    }
}
