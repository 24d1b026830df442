using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>A machine whose guest is cut off at some place of its life: what is left is looked at, and used again.</summary>
internal sealed class CutMachine
{
    private static readonly SimDuration longest = SimDuration.FromSeconds(3); // a reset, a link that trains, and time-outs on the way
    private readonly RealMachine machine;
    private readonly CxlCore outside; // what is not counted
    private readonly CountingBus bus;
    private readonly string endpoint;
    private readonly VfioDialect dialect;
    private readonly Func<CutMachine, Task> life;
    private VfioPciDevice? device;

    private CutMachine(RealMachine machine, CountingBus bus, string endpoint, VfioDialect dialect, Func<CutMachine, Task> life)
    {
        (this.machine, this.bus, this.endpoint, this.dialect, this.life) = (machine, bus, endpoint, dialect, life);
        outside = machine.BootCore;
        FirmwareRegions = machine.Core.Regions.Count;
    }

    /// <summary>The host's side of the guest.</summary>
    public VfioHost Host => machine.Host;

    /// <summary>The machine below.</summary>
    public RealMachine Machine => machine;

    /// <summary>The device that is passed through.</summary>
    public VfioPciDevice Device => device!;

    /// <summary>Something else that has to end with the cut: a VFIO inside of the guest.</summary>
    public VfioHost? Inner { get; set; }

    private int FirmwareRegions { get; }

    /// <summary>A machine with a core of its own, every access of which is counted; of one whose firmware has committed memory those of the VFIO layer alone are.</summary>
    public static CutMachine Boot(string endpoint, VfioDialect dialect, Func<CutMachine, Task> life)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(dialect == VfioDialect.V3 ? RealMachine.Committed : ""));
        var bus = new CountingBus(machine.Core);
        CxlCore core = machine.Core;
        if (dialect != VfioDialect.V3)
        {
            foreach (CxlMemdev memdev in machine.Core.Memdevs.ToArray())
                machine.Do(() => machine.Core.RemoveDevice(memdev));
            core = new CxlCore(bus, bus, bus, bus, machine.Core.Platform);
            _ = new CxlRegions(core);
            machine.Do(() => core.Probe(machine.Core.RootBuses.ToDictionary()));
        }

        machine.Use(core, bus.Hardware);
        machine.Do(() => machine.UnmaskLinkDisable(endpoint));
        return new CutMachine(machine, bus, endpoint, dialect, life);
    }

    /// <summary>How many accesses and waits a whole life has.</summary>
    public int Measure()
    {
        machine.Do(async () =>
        {
            Bind();
            bus.Start();
            await life(this);
        });
        int places = bus.Count; // the first time there may be more
        AssertReleased("a whole life");
        LiveAgain("a whole life");
        return Math.Min(places, bus.Count);
    }

    /// <summary>One life that is cut off; then everything has to be released.</summary>
    public void Cut(CutKind kind, int place) => machine.Do(async () =>
    {
        string context = $"{kind} at {place}";
        Bind();
        Task? cut = null;
        bus.Start(place, () => cut = Happen(kind));
        SimTime begin = bus.Now;
        ErrnoException? ended = await Live(context);
        Assert.True(cut is not null || bus.Count > place - 16, $"{context}: a life has {bus.Count} places only: {ended?.Message}; {string.Join("; ", device!.Log.TakeLast(12))}; {string.Join("; ", machine.Core.Log.TakeLast(12))}"); // give or take a read that is not needed again
        await (cut ?? Task.CompletedTask);
        foreach (VfioProcess left in Host.Processes.ToArray())
            await left.Exit();
        Inner = null;
        bus.Start();
        if (kind == CutKind.LinkDown)
            await ComeBack();
        AssertReleased(context);
        Assert.True(bus.Now - begin < longest, $"{context}: it took {bus.Now - begin}");
    });

    /// <summary>A life that nothing happens to.</summary>
    public void LiveAgain(string context) => machine.Do(async () =>
    {
        Bind();
        bus.Start();
        try
        {
            await life(this);
        }
        catch (ErrnoException problem)
        {
            Assert.Fail($"{context}: then it cannot be assigned: {problem.Errno}: {problem.Message}; {string.Join("; ", device!.Log.TakeLast(12))}");
        }

        AssertReleased(context + ", and again");
    });

    private void Bind()
    {
        if (device is null || !Host.Devices.Contains(device) || device.IsRemoved)
        {
            if (device is not null && Host.Devices.Contains(device))
                Host.Unbind(device);
            device = machine.Bind(endpoint, dialect);
        }
    }

    private async Task<ErrnoException?> Live(string context)
    {
        try
        {
            await life(this);
            return null;
        }
        catch (ErrnoException problem)
        {
            Assert.True(
                problem.Errno is Errno.EBADF or Errno.ENODEV or Errno.EIO or Errno.ENXIO or Errno.EINVAL or Errno.ENOENT or Errno.ETIMEDOUT or Errno.EBUSY or Errno.ENOTTY,
                $"{context}: {problem.Errno}: {problem.Message}");
            return problem;
        }
    }

    private async Task Happen(CutKind kind)
    {
        switch (kind)
        {
            case CutKind.Killed:
                await End(Host);
                break;
            case CutKind.KilledInside when Inner is { } inner:
                await End(inner);
                break;
            case CutKind.Closed when Host.Processes is [var process, ..]:
                for (int file = 4; file >= 3; file--) // the device before the I/O address space; a VMM may close both, and live on
                {
                    if (!process.HasExited && process.Find<VfioFile>(file) is not null)
                        await process.Close(file);
                }

                break;
            case CutKind.Removed:
                Host.Remove(device!);
                break;
            case CutKind.LinkDown:
                await machine.SetLink(endpoint, up: false);
                await outside.Clock.Wait(SimDuration.FromMicroseconds(2));
                Host.Remove(device!);
                break;
        }
    }

    private static async Task End(VfioHost host)
    {
        if (host.Processes is [var process, ..])
            await process.Exit();
    }

    /// <summary>The device is plugged in again, and the host finds it.</summary>
    private Task ComeBack() => machine.Passthrough.Exclusively(async core =>
    {
        CxlMemdev memdev = machine.Memdev(endpoint);
        Bdf function = memdev.Function.Bdf;
        await core.RemoveDevice(memdev);
        await machine.SetLink(endpoint, up: true);
        await outside.Clock.Wait(SimDuration.FromSeconds(1));
        await core.AddDevice(function);
    });

    private void AssertReleased(string context)
    {
        Assert.True(Host.Processes.Count == 0, $"{context}: a process runs");
        Assert.False(device!.IsOpen || device.Group.IsOwned || device.Domain is not null || device.Cxl is not null || device.IsBusy, $"{context}: {device.Name} is held: {string.Join("; ", device.Log.TakeLast(12))}");
        Assert.True(Host.Memory.Available == RealMachine.OwnMemory, $"{context}: memory is missing");
        Assert.True(machine.Core.Regions.Count == FirmwareRegions, $"{context}: {string.Join(", ", machine.Core.Regions.Select(r => r.Name))} are left: {string.Join("; ", device.Log.TakeLast(12))}; {string.Join("; ", machine.Core.Log.TakeLast(12))}");
        foreach (CxlDecoder decoder in machine.Core.Ports.SelectMany(p => p.Decoders).Where(d => d.Region is not { IsAuto: true }))
            Assert.False(decoder.Enabled || decoder.Region is not null || decoder is CxlEndpointDecoder { DpaSize.Bytes: > 0 }, $"{context}: {decoder.Name} is in use");
        Assert.Equal(machine.Core.Memdevs.Count, machine.Core.MemdevIds.InUse);
    }
}
