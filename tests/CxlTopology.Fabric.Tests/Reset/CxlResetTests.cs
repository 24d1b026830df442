using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The CXL reset of software, against devices on the fabric.</summary>
public sealed class CxlResetTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;
    private const int Status2 = 0x12;
    private const uint Disabled = 0x400;

    [Fact]
    public void Run_BringsEverythingBack()
    {
        var bench = new ResetBench();
        var claims = new Claims();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice device = bench.Device;
            int dvsec = await os.Dvsec(device, 0);
            await os.WriteConfig(device.Bdf, 0x0C, 0x10, 1);
            await os.WriteConfig(device.Bdf, dvsec + 0x10, 8, 2); // memory clear, which software takes back for the reset
            string before = await Everything(os, device);
            await new CxlReset(os, os, os).Run(device, claims);

            Assert.Equal(before, await Everything(os, device));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
            Assert.Equal((AccessStatus.Ok, 2UL), await os.Load(Base + 2 * Quarter));
        });
        Assert.Empty(claims.Held);
        Assert.Equal([(Base, Quarter), (Base + Quarter, Quarter), (Base + 2 * Quarter, Quarter)], claims.Flushed);
    }

    [Fact]
    public void Run_WithLockedDecoders_RetainsThem()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench, locked: true);
            string before = await Everything(os, bench.Device);
            var reset = new CxlReset(os, os, os);
            await reset.Run(bench.Device, new Claims());

            Assert.Equal(before, await Everything(os, bench.Device));
            Assert.Contains(reset.Log, line => line.Contains("1 locked decoder(s) retained", StringComparison.Ordinal));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    [Theory]
    [InlineData(0, 5, 100)]
    [InlineData(0, 99, 100)]
    [InlineData(1, 60, 100)]
    [InlineData(2, 130, 140)]
    [InlineData(2, 980, 980)]
    [InlineData(2, 981, 1000)]
    public void Run_OfADeviceThatCompletes_IsOverAtThePollAfterIt(byte code, int milliseconds, int poll)
    {
        var (bench, watched) = WithTime(code, milliseconds);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            WatchedBus bus = watched(os);
            await new CxlReset(bus, bus, bus).Run(bench.Device, new Claims());
            SimDuration looked = await LastLook(os, bench, bus);
            Assert.InRange(looked.Femtoseconds, Milliseconds(poll), Milliseconds(poll) + 60 * SimDuration.FromMicroseconds(2).Femtoseconds);
        });
    }

    [Theory]
    [InlineData(0, 130, 100)]
    [InlineData(1, 130, 100)]
    [InlineData(2, 1300, 1000)]
    public void Run_OfADeviceThatIsLate_TimesOutAtThePollAfterTheLimit(byte code, int milliseconds, int poll)
    {
        var (bench, watched) = WithTime(code, milliseconds);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            WatchedBus bus = watched(os);
            await Fails(Errno.ETIMEDOUT, () => new CxlReset(bus, bus, bus).Run(bench.Device, new Claims()));
            SimDuration looked = await LastLook(os, bench, bus);
            Assert.InRange(looked.Femtoseconds, Milliseconds(poll), Milliseconds(poll + 20));
            Assert.Equal(Disabled, await os.ReadConfig(bench.Device.Bdf, 4, 2));
        });
    }

    [Fact]
    public void Run_OfADeviceThatReportsAnError_FailsAndLeavesItDisabled()
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Outcome = ResetOutcome.Error } });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await Fails(Errno.EIO, () => new CxlReset(os, os, os).Run(bench.Device, new Claims()));
            Assert.Equal(Disabled, await os.ReadConfig(bench.Device.Bdf, 4, 2));
        });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    public void Run_WithAReservedTimeout_Waits100Seconds(uint code)
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Outcome = ResetOutcome.Never } });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int capability = await os.Dvsec(bench.Device, 0) + 0x0A;
            var bus = new WatchedBus(os) { Configuration = (_, offset, value) => offset == capability ? (value & ~0x700u) | code << 8 : value };
            SimTime start = os.Now;
            await Fails(Errno.ETIMEDOUT, () => new CxlReset(bus, bus, bus).Run(bench.Device, new Claims()));
            Assert.InRange((os.Now - start).Femtoseconds, Milliseconds(100_000), Milliseconds(100_021));
        });
    }

    [Fact]
    public void Run_WhileStatus2ReadsAllOnes_GoesOnWaiting()
    {
        var bench = new ResetBench(dvsec: DeviceDvsecOptions.Type2 with { ResetTimeout = 2 }, device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Time = SimDuration.FromMilliseconds(5) } });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int status = await os.Dvsec(bench.Device, 0) + Status2;
            int looks = 0;
            var bus = new WatchedBus(os) { Configuration = (_, offset, value) => offset == status && (value & 2) != 0 && ++looks <= 3 ? 0xFFFF : value };
            await new CxlReset(bus, bus, bus).Run(bench.Device, new Claims());
            Assert.Equal(4, looks);
        });
    }

    [Fact]
    public void Run_WithoutCapability_IsNotSupported()
    {
        DeviceDvsecOptions without = DeviceDvsecOptions.Type2 with { ResetCapable = false, MemoryClearCapable = false };
        Refused(without);
        Refused(DeviceDvsecOptions.Type2 with { CacheCapable = false, WriteBackCapable = false });
    }

    [Theory]
    [InlineData(0x0C, 1u)]
    [InlineData(0x0C, 4u)]
    [InlineData(0x0A, 4u)]
    public void Run_WithoutWhatItNeeds_IsNotSupported(int register, uint bit)
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int at = await os.Dvsec(bench.Device, 0) + register;
            var bus = new WatchedBus(os) { Configuration = (_, offset, value) => offset == at ? value & ~bit : value };
            await Fails(Errno.ENOTTY, () => new CxlReset(bus, bus, bus).Run(bench.Device, new Claims()));
            Assert.False(await new CxlReset(bus, bus, bus).IsSupported(bench.Device));
            Assert.DoesNotContain(bus.Accesses, a => a.Writes);
        });
    }

    [Fact]
    public void Run_OfADeviceWithSeveralFunctions_IsNotSupportedUnlessTheyAreNamed()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice device = bench.Device;
            bool there = true;
            Bdf second = device.Bdf with { Function = 1 };
            var bus = new WatchedBus(os)
            {
                Configuration = (function, offset, value) => (function, offset) switch
                {
                    _ when offset == 0x0E => value | 0x80,
                    _ when function == second && offset == 0 && there => 0x0005_1E98,
                    _ => value,
                },
            };
            var reset = new CxlReset(bus, bus, bus);
            await Fails(Errno.ENOTTY, () => reset.Run(device, new Claims()));
            var sibling = new PciDevice { Bdf = second, Id = 0x0005_1E98, IsBridge = false };
            var third = new PciDevice { Bdf = device.Bdf with { Function = 2 }, Id = 0x0005_1E98, IsBridge = false };
            await Fails(Errno.ENOTTY, () => reset.Run(device, new Claims(), new CxlResetOptions { Siblings = [third] }));
            await reset.Run(device, new Claims(), new CxlResetOptions { Siblings = [sibling] });
            there = false;
            await reset.Run(device, new Claims(), new CxlResetOptions { Siblings = [third] });
        });
    }

    [Fact]
    public void Run_WhileMemoryIsInUse_IsBusyAndTouchesNothing()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            var bus = new WatchedBus(os);
            await Fails(Errno.EBUSY, () => new CxlReset(bus, bus, bus).Run(bench.Device, new Claims { Busy = true }));
            Assert.DoesNotContain(bus.Accesses, a => a.Writes);
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    [Fact]
    public void Run_OnAPlatformThatCannotFlush_WarnsAndGoesOn()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            var reset = new CxlReset(os, os, os);
            await reset.Run(bench.Device, new Claims { CanFlush = false });
            Assert.Equal(3, reset.Log.Count(line => line.Contains("cannot flush", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void Run_OfACacheThatIsNotWrittenBack_TimesOutAndCachingGoesOn()
    {
        var bench = new ResetBench();
        var cache = new FakeCache { IsQuick = false };
        bench.Devices[0].AttachCache(cache);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            SimTime start = os.Now;
            await Fails(Errno.ETIMEDOUT, () => new CxlReset(os, os, os).Run(bench.Device, new Claims()));
            Assert.InRange((os.Now - start).Femtoseconds, Milliseconds(100), Milliseconds(101));
            Assert.True(cache.Allocating);
            Assert.Equal(6u, await os.ReadConfig(bench.Device.Bdf, 4, 2));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
        Assert.Null(bench.Devices[0].ResetUnderway);
    }

    [Fact]
    public void Run_OfADeviceWithoutWriteBack_DoesNotAskForIt()
    {
        var bench = new ResetBench(dvsec: DeviceDvsecOptions.Type2 with { WriteBackCapable = false });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int control2 = await os.Dvsec(bench.Device, 0) + 0x10;
            var bus = new WatchedBus(os);
            await new CxlReset(bus, bus, bus).Run(bench.Device, new Claims());
            Assert.DoesNotContain(bus.Accesses, a => a.Writes && a.Where == (ulong)control2 && (a.Value & 2) != 0);
        });
    }

    [Theory]
    [InlineData(0x100u, 0x400u, Errno.EIO)] // locked, not committed
    [InlineData(0x400u, 0u, Errno.EBUSY)] // stays committed
    [InlineData(0u, 0x400u, Errno.ETIMEDOUT)] // neither commits nor refuses
    [InlineData(0x800u, 0x400u, Errno.EIO)] // refuses
    [InlineData(0xFFFF_FFFFu, 0u, Errno.EIO)] // is gone
    public void Run_WithADecoderThatDoesNotComeBack_FailsAndLeavesTheDeviceDisabled(uint set, uint clear, Errno errno)
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice device = bench.Device;
            ulong control = await Programmer.Decoders(os, device) + 0x10 + 0x20 + 0x10; // of the second one
            int control2 = await os.Dvsec(device, 0) + 0x10;
            var bus = new WatchedBus(os);
            bus.Registers = (address, value) => address == control && bus.Accesses.Exists(a => a.Writes && a.Where == (ulong)control2 && (a.Value & 4) != 0)
                ? (value | set) & ~(ulong)clear
                : value;
            await Fails(errno, () => new CxlReset(bus, bus, bus).Run(device, new Claims()));
            Assert.Equal(Disabled, await os.ReadConfig(device.Bdf, 4, 2));
        });
    }

    [Fact]
    public void Run_OfADeviceThatIsGone_IsNotSupported()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice port = bench.PortAbove;
            await os.WriteConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 1, 2);
            await os.WriteConfig(port.Bdf, 0x3E, 0x40, 2);
            await Fails(Errno.ENOTTY, () => new CxlReset(os, os, os).Run(bench.Device, new Claims()));
        });
    }

    private static void Refused(DeviceDvsecOptions dvsec)
    {
        var bench = new ResetBench(dvsec: dvsec);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await Fails(Errno.ENOTTY, () => new CxlReset(os, os, os).Run(bench.Device, new Claims()));
        });
    }

    private static (ResetBench, Func<HostProgram, WatchedBus>) WithTime(byte code, int milliseconds) => (
        new ResetBench(
            dvsec: DeviceDvsecOptions.Type2 with { ResetTimeout = code },
            device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Time = SimDuration.FromMilliseconds(milliseconds) } }),
        os => new WatchedBus(os));

    private static long Milliseconds(int value) => SimDuration.FromMilliseconds(value).Femtoseconds;

    /// <summary>From Initiate to the last look at STATUS2.</summary>
    private static async Task<SimDuration> LastLook(HostProgram os, ResetBench bench, WatchedBus bus)
    {
        int dvsec = bench.Device.ExtendedCapabilities.Count == 0 ? 0 : await os.Dvsec(bench.Device, 0);
        SimTime initiated = bus.Accesses.Single(a => a.Writes && a.Where == (ulong)dvsec + 0x10 && (a.Value & 4) != 0).At;
        return bus.Accesses.Last(a => !a.Writes && a.Where == (ulong)dvsec + Status2).At - initiated;
    }

    private static async Task Fails(Errno errno, Func<Task> call)
    {
        ErrnoException? failure = null;
        try
        {
            await call();
        }
        catch (ErrnoException thrown)
        {
            failure = thrown;
        }

        Assert.Equal(errno, failure?.Errno);
    }

    /// <summary>All of configuration space but status, and all HDM decoders.</summary>
    private static async Task<string> Everything(HostProgram os, PciDevice device)
    {
        int dvsec = await os.Dvsec(device, 0);
        var words = new List<string>();
        for (int offset = 0; offset < 0x400; offset += 4)
        {
            if (device.ExtendedCapabilities.Exists(c => c.Id == DataObjectClient.CapabilityId && offset >= c.Offset && offset < c.Offset + 0x18))
                continue;
            uint value = await os.ReadConfig(device.Bdf, offset);
            words.Add($"{offset:x3}:{(offset == dvsec + 0x10 ? value & 0xFFFF : value):x8}");
        }

        ulong hdm = await Programmer.Decoders(os, device);
        for (ulong offset = 0; offset < 0x10 + 4 * 0x20; offset += 4)
            words.Add($"hdm{offset:x2}:{await os.ReadMmio(hdm + offset):x8}");
        return string.Join('\n', words);
    }

    private static async Task Ready(HostProgram os, ResetBench bench, bool locked = false)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        for (int i = 0; i < 3; i++)
            await programmer.Commit(bench.Device, i, Base + (ulong)i * Quarter, Quarter, locked && i == 0);
        if (bench.Devices[0].Control != 7)
            return; // not all can be enabled
        Assert.Equal(AccessStatus.Ok, await os.Store(Base, 1));
        Assert.Equal(AccessStatus.Ok, await os.Store(Base + 2 * Quarter, 2));
    }
}
