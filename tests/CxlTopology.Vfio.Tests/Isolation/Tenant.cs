using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>A guest that lives again and again, each time with some device, and does what it likes with it until it ends in some way.</summary>
internal sealed class Tenant(IsolationRun run, int slot, Draw draw)
{
    private const int Processors = 3;
    private readonly RealMachine machine = run.Machine;

    /// <summary>All its lives.</summary>
    public async Task Live()
    {
        while (run.Steps < run.Options.Steps)
        {
            string device = run.Take(draw);
            await LeaveSecrets(device);
            await LiveOnce(device);
            run.Give(device);
        }
    }

    /// <summary>The host uses the device, and leaves behind what the next who has it must not read.</summary>
    private async Task LeaveSecrets(string device)
    {
        if (run.IsCommitted(device) || draw.OneIn(2))
            return;
        run.Watch.Begin();
        HostCore core = machine.Passthrough;
        PciDevice function = machine.Function(device);
        PassthroughMemdev memdev = await core.AddMemdev(function, ByteSize.MiB(256));
        PassthroughDpa dpa = await core.RequestDpa(memdev, ByteSize.MiB(256));
        PassthroughRegion? region = null;
        try
        {
            region = await core.CreateRegion([dpa]);
        }
        catch (ErrnoException problem) when (IsOrder(device, problem))
        {
            run.Refusals++;
        }

        if (region is not null)
            await Write(region);
        await core.FreeDpa(dpa);
        await core.RemoveMemdev(memdev);
        run.Watch.End();
    }

    private async Task Write(PassthroughRegion region)
    {
        var line = new byte[64];
        for (int i = 0; i < 32; i++)
        {
            Marks.Fill(line, Marks.Host, draw);
            await machine.Hardware.Memory.WriteMemory(region.Base.Value + TenantOperations.Place(draw) / 64 * 64, line);
        }

        await machine.Passthrough.Detach(region);
        machine.Passthrough.PutRoot(region);
    }

    /// <summary>Decoders of a port commit in the order of addresses, and are not made below others: the neighbours on one switch cannot always come back.</summary>
    private static bool IsOrder(string device, ErrnoException problem) => device is "g2" or "g3" && problem.Errno is Errno.EBUSY or Errno.ENXIO or Errno.ENOSPC;

    /// <summary>What cannot clear its memory is cleared page by page: to overwrite all of it is the same for every device, and takes long.</summary>
    private VfioScrub ScrubOf(string device) => device == "g3" || draw.OneIn(3) ? VfioScrub.Pages : VfioScrub.Automatic;

    private Task<VirtualMachine> Start(VfioPciDevice device) => VirtualMachine.Start(machine.Host, new GuestOptions
    {
        Name = $"guest{slot}",
        Devices = [device],
        Memory = ByteSize.MiB(2),
        WalkLatency = SimDuration.FromNanoseconds(50),
        TrapLatency = SimDuration.FromNanoseconds(100),
    });

    private async Task LiveOnce(string device)
    {
        ushort mark = run.NextLife();
        VfioDialect dialect = draw.Of(run.Options.Dialects);
        if (dialect == VfioDialect.V3 && !run.IsCommitted(device))
            dialect = VfioDialect.RfcV2;
        run.Watch.Begin();
        VfioPciDevice bound = machine.Bind(device, dialect, new VfioDeviceOptions { Scrub = ScrubOf(device), Fault = run.Options.Fault });
        string context = $"{run.Options}: life {mark - Marks.OfLife(0)}, guest {slot}, {device} in {VfioDialects.NameOf(dialect)} (scrub {bound.Options.Scrub})";
        VirtualMachine vm;
        try
        {
            vm = await Start(bound);
        }
        catch (ErrnoException problem) when (IsOrder(device, problem))
        {
            run.Refusals++;
            machine.Host.Unbind(bound);
            run.Watch.End();
            await machine.Hardware.Clock.Wait(SimDuration.FromMilliseconds(50));
            return;
        }

        foreach (ulong address in await vm.VisibleAddresses())
            Assert.False(run.IsHostAddress(address), $"{context}: a register of the device has 0x{address:x} in it, a host address");
        var guest = new Guest(vm);
        await guest.Boot();
        try
        {
            await guest.LoadDriver(vm.Devices[0]);
        }
        catch (ErrnoException problem)
        {
            Assert.Fail($"{context}: the driver does not load: {problem.Message}; {string.Join("; ", guest.Core!.Log)}; {string.Join("; ", bound.Log)}");
        }

        run.Watch.End();

        int budget = 200 + draw.Below(2_000);
        var processors = new List<Task>();
        for (int i = 0; i < Processors; i++)
        {
            var operations = new TenantOperations(run, guest, mark, draw.Fork(), context);
            await operations.Prepare(i);
            processors.Add(operations.Run(budget / Processors));
        }

        await EndSomehow(vm, bound, device, Task.WhenAll(processors));
        machine.Host.Unbind(bound);
        run.Watch.End();
        run.Watch.Look(context);
    }

    /// <summary>It comes to its end by itself, or is killed, or the host takes its device away, or the device falls off its link, in the middle of what it does.</summary>
    private async Task EndSomehow(VirtualMachine vm, VfioPciDevice bound, string device, Task processors)
    {
        int how = draw.Below(8);
        if (how >= 4)
            await processors;
        else
            await machine.Hardware.Clock.Wait(SimDuration.FromMicroseconds(draw.Below(60_000)));
        run.Watch.Begin();
        bool falls = how == 0 && !run.IsCommitted(device);
        if (falls)
        {
            await machine.UnmaskLinkDisable(device);
            await machine.SetLink(device, up: false);
            await machine.Hardware.Clock.Wait(SimDuration.FromMicroseconds(draw.Below(200)));
        }

        if (how <= 1)
            machine.Host.Remove(bound);
        await vm.End();
        await processors;
        if (falls)
            await ComeBack(device);
    }

    /// <summary>The device is plugged in again, and the host finds it.</summary>
    private Task ComeBack(string device) => machine.Passthrough.Exclusively(async core =>
    {
        CxlMemdev memdev = machine.Memdev(device);
        Bdf function = memdev.Function.Bdf;
        await core.RemoveDevice(memdev);
        await machine.SetLink(device, up: true);
        await machine.Hardware.Clock.Wait(SimDuration.FromSeconds(1));
        await core.AddDevice(function);
        run.Falls++;
    });
}
