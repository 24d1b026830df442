using CxlTopology.Software;
using CxlTopology.Specification;
using Xunit.Abstractions;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>
/// A guest is cut off before any access or wait of its whole life, from the first request of its VMM through boot, commit, work and reset to its end: everything is released, nothing hangs, and the device can be assigned again. Every place of a guest's life is
/// taken; of a nested guest's every ninth, and all of them where the variable CXLTOPO_SOAK is set.
/// </summary>
public sealed class CutTests(ITestOutputHelper output)
{
    private static readonly bool isSoak = Environment.GetEnvironmentVariable("CXLTOPO_SOAK") is { Length: > 0 };

    [Theory]
    [InlineData(CutKind.Killed, VfioDialect.RfcV2)]
    [InlineData(CutKind.Closed, VfioDialect.RfcV2)]
    [InlineData(CutKind.Removed, VfioDialect.RfcV2)]
    [InlineData(CutKind.LinkDown, VfioDialect.RfcV2)]
    [InlineData(CutKind.Killed, VfioDialect.V3)]
    [InlineData(CutKind.Removed, VfioDialect.V3)]
    public void Guest_CutOffAnywhere_LeavesNothing(CutKind kind, VfioDialect dialect) => CutEverywhere(kind, dialect == VfioDialect.V3 ? "g0" : "g3", dialect, Life, step: 1);

    [Theory]
    [InlineData(CutKind.Killed)]
    [InlineData(CutKind.KilledInside)]
    [InlineData(CutKind.LinkDown)]
    public void NestedGuest_CutOffAnywhere_LeavesNothing(CutKind kind) => CutEverywhere(kind, "g3", VfioDialect.RfcV2, NestedLife, step: isSoak ? 1 : 9);

    private void CutEverywhere(CutKind kind, string endpoint, VfioDialect dialect, Func<CutMachine, Task> life, int step)
    {
        CutMachine machine = CutMachine.Boot(endpoint, dialect, life);
        int places = machine.Measure();
        int cuts = 0;
        for (int place = 0; place < places; place += step)
        {
            machine.Cut(kind, place);
            if (cuts++ % 8 == 0)
                machine.LiveAgain($"{kind} at {place}");
        }

        machine.LiveAgain("after all");
        output.WriteLine($"{kind}: cut at {cuts} of {places} places");
        Assert.InRange(places, 500, 50_000);
    }

    private static async Task Life(CutMachine machine)
    {
        VfioPciDevice device = machine.Device;
        Guest guest = await machine.Machine.BootGuest("guest0", device);
        CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
        await Work(guest, region);
        await Reset(guest);
        await guest.Machine.End();
    }

    private static async Task NestedLife(CutMachine machine)
    {
        Guest outer = await machine.Machine.BootGuest("guest0", machine.Device);
        VfioHost host = outer.MakeHost(new HostMemory(32 << 20, 32 << 20));
        machine.Inner = host;
        PciDevice function = outer.FunctionOf(outer.Machine.Devices[0]) ?? throw new ErrnoException(Errno.ENODEV, "The outer guest has not found the device.");
        VfioPciDevice passed = host.Bind(function, new AcceleratorDriver(new HostCore(outer.Core!)));
        VirtualMachine machineInside = await VirtualMachine.Start(host, new GuestOptions { Name = "guest0.0", Devices = [passed], Memory = ByteSize.MiB(16) });
        var inner = new Guest(machineInside);
        await inner.Boot();
        CxlRegion region = await inner.LoadDriver(machineInside.Devices[0]);
        await Work(inner, region);
        await Reset(inner);
        await machineInside.End();
        Assert.Empty(host.Processes);
        await outer.Machine.End();
    }

    private static async Task Work(Guest guest, CxlRegion region)
    {
        var line = new byte[64];
        for (ulong at = 0; at < 8; at++)
        {
            await guest.Machine.WriteMemory(region.Base.Value + at * 4096, line);
            await guest.Machine.ReadMemory(region.Base.Value + at * 4096, line);
            await guest.Machine.Devices[0].Dma.Write(at * 4096, line);
        }
    }

    private static async Task Reset(Guest guest)
    {
        PciDevice function = guest.FunctionOf(guest.Machine.Devices[0])!;
        (int dvsec, _) = await CxlRegisterInfo.FindDvsec(guest.Machine, function, 0);
        await guest.Machine.WriteConfig(function.Bdf, dvsec + 0x10, 4, 2);
    }
}
