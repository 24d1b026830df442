using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Software opens the way of back-invalidates from the device up, and takes back what it did if it cannot.</summary>
public sealed class PathSoftwareTests
{
    [Fact]
    public void Enable_ThroughASwitchWithoutBiDecoders_IsNoSuchRegister()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Options = new SwitchOptions { BackInvalidate = false } }]], opens: false);

        Assert.Equal(Errno.ENXIO, Enable(bench, 0, out string message));

        Assert.Contains("no BI decoder", message, StringComparison.Ordinal);
        AssertClosed(bench, 0);
    }

    [Fact]
    public void Enable_BelowAHostBridgeWithoutARouteTable_IsNoSuchRegister()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device), TreeNode.Device]], opens: false, bridge: new HostBridgeOptions { Uid = 0, BackInvalidate = false });

        Assert.Equal(Errno.ENXIO, Enable(bench, 0, out string message));

        Assert.Contains(bench.Ports(0)[0].Bdf.ToString(), message, StringComparison.Ordinal);
        AssertClosed(bench, 0);
    }

    [Fact]
    public void Enable_OverALinkWithSmallFlits_IsInvalid()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Flits = FlitMode.Flit68 }]], opens: false);

        Assert.Equal(Errno.EINVAL, Enable(bench, 0, out string message));

        Assert.Contains("68-byte", message, StringComparison.Ordinal);
        AssertClosed(bench, 0);
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(12, Errno.ETIMEDOUT)]
    [InlineData(-1, Errno.ETIMEDOUT)]
    public void Enable_OfHardwareThatTakesItsTime_WaitsAsLongAsItSays(int milliseconds, Errno? expected)
    {
        HardwareDelay time = milliseconds < 0 ? HardwareDelay.Never : HardwareDelay.Of(SimDuration.FromMilliseconds(milliseconds));
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device) with { Options = new SwitchOptions { CommitTime = time } }]], opens: false);

        Assert.Equal(expected, Enable(bench, 0, out _));

        Assert.Equal(expected is null, bench.Snoops.IsEnabled(bench.Function(0)));
    }

    [Fact]
    public void Enable_OfADeviceThatNeverCommits_TouchesNoPort()
    {
        var bench = new PathBench([[TreeNode.Device with { CommitTime = HardwareDelay.Never }]], opens: false);

        Assert.Equal(Errno.ETIMEDOUT, Enable(bench, 0, out _));

        Assert.Equal(BackInvalidateMode.Off, bench.PortActor(0, 0).Routing?.BackInvalidate ?? BackInvalidateMode.Off);
    }

    [Fact]
    public void Enable_OfARouteTableThatRefuses_IsAnError()
    {
        var bench = new PathBench([[TreeNode.Device, TreeNode.Device]], opens: false);
        Enable(bench, 0, out _);
        bench.Do(os => os.WriteConfig(bench.Ports(1)[0].Bdf, 0x19, bench.Ports(0)[0].SecondaryBus, 1)); // the other's bus

        Errno? error = null;
        bench.Do(async os =>
        {
            ComponentLocation at = new(bench.Function(1).Bdf, 0, 0) { Capabilities = [(0xC, 1, await os.Capability(bench.Function(0), ComponentCapabilityId.BiDecoder))] };
            await os.WriteMmio(at.AddressOf(0xC) + 4, 0); // it is not found enabled
            error = await Failing(() => bench.Snoops.Enable(bench.Function(1), at));
        });

        Assert.Equal(Errno.EIO, error);
    }

    [Fact]
    public void Enable_OfADeviceThatSomebodyElseEnabled_LeavesItToThem()
    {
        var bench = new PathBench([[TreeNode.Device]], opens: false);
        bench.Do(async os => await os.Commit(await os.Capability(bench.Function(0), ComponentCapabilityId.BiDecoder), 2, 4));

        Assert.Null(Enable(bench, 0, out _));
        Assert.False(bench.Snoops.IsEnabled(bench.Function(0)));
        bench.Do(_ => bench.Snoops.Disable(bench.Function(0)));
        Assert.Equal(BackInvalidateMode.Enabled, bench.Devices[0].Routing!.BackInvalidate);
    }

    [Fact]
    public void Enable_OfADeviceWithoutABiDecoder_IsNothing()
    {
        var bench = new PathBench([[TreeNode.HdmD]]);

        Assert.False(bench.Snoops.IsEnabled(bench.Function(0)));
    }

    [Fact]
    public void Disable_OfOneOfTwoBehindASwitch_LeavesTheOther()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device, TreeNode.Device)]]);
        for (int device = 0; device < 2; device++)
            bench.OfHost(PathBench.AddressOf(device));
        bench.Do(_ => bench.Snoops.Disable(bench.Function(0)));

        Assert.Equal((AccessStatus.NoBackInvalidate, AccessStatus.Ok), (bench.OfDevice(0, PathBench.AddressOf(0)), bench.OfDevice(1, PathBench.AddressOf(1))));
        Assert.Equal(BackInvalidateMode.Forwarded, bench.PortActor(0, 0).Routing!.BackInvalidate);
        bench.Do(_ => bench.Snoops.Disable(bench.Function(1)));
        AssertClosed(bench, 1);
        Assert.Empty(bench.Log);
    }

    [Fact]
    public void CxlReset_OfADevice_RestoresItsBiDecoder()
    {
        var bench = new PathBench([[TreeNode.Switch(TreeNode.Device)]]);
        bench.Do(os => new CxlReset(os, os, os).Run(bench.Function(0), new Claims()));
        bench.OfHost(PathBench.AddressOf(0), isWrite: true);

        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, PathBench.AddressOf(0)));
        Assert.Equal(AccessStatus.Ok, bench.OfDevice(0, 0x1000));
    }

    [Fact]
    public void CxlReset_OfADeviceWhoseBiDecoderWasOff_LeavesItOff()
    {
        var bench = new PathBench([[TreeNode.Device]], opens: false);
        bench.Do(os => new CxlReset(os, os, os).Run(bench.Function(0), new Claims()));

        Assert.Equal(BackInvalidateMode.Off, bench.Devices[0].Routing?.BackInvalidate ?? BackInvalidateMode.Off);
    }

    private static Errno? Enable(PathBench bench, int device, out string message)
    {
        Errno? errno = null;
        string said = "";
        bench.Do(async os =>
        {
            try
            {
                await bench.Snoops.Enable(bench.Function(device), await new ComponentLocator(os, os).Locate(bench.Function(device)));
            }
            catch (ErrnoException error)
            {
                (errno, said) = (error.Errno, error.Message);
            }
        });
        message = said;
        return errno;
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

    private static void AssertClosed(PathBench bench, int device)
    {
        Assert.False(bench.Snoops.IsEnabled(bench.Function(device)));
        Assert.Equal(BackInvalidateMode.Off, bench.Devices[device].Routing?.BackInvalidate ?? BackInvalidateMode.Off);
        for (int i = 0; i < bench.Ports(device).Count; i++)
            Assert.Equal(BackInvalidateMode.Off, bench.PortActor(device, i).Routing?.BackInvalidate ?? BackInvalidateMode.Off);
    }
}
