using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The reset methods of software, against the fabric.</summary>
public sealed class PciResetTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;

    [Fact]
    public void Methods_BelowACxlPort_AreAllButBus()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            IReadOnlyList<PciResetMethod> methods = await new PciReset(os, os, os).Methods(bench.Device);
            Assert.Equal(["flr", "cxl_bus", "cxl_reset"], methods.Select(PciReset.NameOf));
        });
    }

    [Fact]
    public void Bus_WhileMasked_IsNotSupported()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            Assert.Equal(Errno.ENOTTY, await Run(os, bench.Device, PciResetMethod.Bus));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CxlBus_ResetsTheDeviceAndMasksAgain(bool switched)
    {
        var bench = new ResetBench(switched);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            SimTime start = os.Now;
            Assert.Null(await Run(os, bench.Device, PciResetMethod.CxlBus));
            Assert.True((os.Now - start).Femtoseconds >= SimDuration.FromMilliseconds(112).Femtoseconds);
            PciDevice port = bench.PortAbove;
            Assert.Equal(0u, await os.ReadConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 2));
            Assert.Equal(0u, await os.ReadConfig(port.Bdf, 0x3E, 2) & 0x40);
            Assert.Equal(6u, await os.ReadConfig(bench.Device.Bdf, 4, 2));
            Assert.DoesNotContain(bench.Devices[0].Decoders.Touched, d => d.Settings.Committed);
            await Ready(os, bench);
        });
    }

    [Fact]
    public void Bus_Unmasked_ResetsTheDevice()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice port = bench.PortAbove;
            await os.WriteConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 1, 2);
            Assert.Null(await Run(os, bench.Device, PciResetMethod.Bus));
            Assert.DoesNotContain(bench.Devices[0].Decoders.Touched, d => d.Settings.Committed);
        });
    }

    [Fact]
    public void Bus_OfALinkThatDoesNotComeBack_IsNotSupported()
    {
        var bench = new ResetBench();
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(50);
        var down = new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 };
        bench.Post(bench.Ports[0], down, at);
        bench.Post(bench.Devices[0], down, at);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.Wait(at - os.Now - SimDuration.FromMilliseconds(1));
            Assert.Equal(Errno.ENOTTY, await Run(os, bench.Device, PciResetMethod.CxlBus));
        });
    }

    [Fact]
    public void Flr_LeavesDecodersAndMemoryAndRestoresConfiguration()
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { FunctionTime = SimDuration.FromMilliseconds(250) } });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            SimTime start = os.Now;
            Assert.Null(await Run(os, bench.Device, PciResetMethod.FunctionLevel));
            Assert.InRange((os.Now - start).Femtoseconds, SimDuration.FromMilliseconds(250).Femtoseconds, SimDuration.FromMilliseconds(400).Femtoseconds);
            Assert.Equal(6u, await os.ReadConfig(bench.Device.Bdf, 4, 2));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    [Fact]
    public void Flr_OfADeviceThatDoesNotComeBack_IsNotSupported()
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { FunctionTime = SimDuration.FromSeconds(200) } });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            Assert.Equal(Errno.ENOTTY, await Run(os, bench.Device, PciResetMethod.FunctionLevel));
        });
    }

    [Fact]
    public void CxlBus_WithoutACxlPortAbove_IsNotSupported()
    {
        var bench = new ResetBench(switched: true);
        bench.Run(async os =>
        {
            Assert.Equal(Errno.ENOTTY, await Run(os, os.At(0), PciResetMethod.CxlBus));
            Assert.Equal(Errno.ENOTTY, await Run(os, os.At(0, 0, 0), PciResetMethod.CxlBus)); // two ports on the bus inside the switch
        });
    }

    [Fact]
    public void Cxl_IsTheCxlReset()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            Assert.Null(await Run(os, bench.Device, PciResetMethod.Cxl));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    private static async Task<Errno?> Run(HostProgram os, PciDevice device, PciResetMethod method)
    {
        try
        {
            await new PciReset(os, os, os).Run(device, method, new Claims());
            return null;
        }
        catch (ErrnoException failure)
        {
            return failure.Errno;
        }
    }

    private static async Task Ready(HostProgram os, ResetBench bench)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        await programmer.Commit(bench.Device, 0, Base, Quarter);
        Assert.Equal(AccessStatus.Ok, await os.Store(Base, 1));
    }
}
