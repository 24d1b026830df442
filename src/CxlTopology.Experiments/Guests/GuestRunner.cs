using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>Runs the guests of a host, once it has booted: binds their devices, boots them one after the other, then lets their programs run at the same time.</summary>
internal sealed class GuestRunner(BuiltTopology built, HostModel host, ulong seed)
{
    private readonly List<Running> guests = [];
    private readonly Dictionary<string, GuestReport> failed = new(StringComparer.Ordinal);

    /// <summary>Has the guests started when the host has booted.</summary>
    public void Post() => built.Programs[host.Name].Post(built.Simulation, Run, SimTime.Zero);

    /// <summary>What the guests have come to so far, in the order of the file.</summary>
    public IEnumerable<GuestReport> Reports => built.Model.Guests.Where(g => g.Host.Name == host.Name).Select(ReportOf);

    private async Task Run(CxlCore core)
    {
        var hardware = new VfioHardware(core.Configuration, core.Mmio, core.Memory, core.Clock);
        var memory = new HostMemory(0, host.Memory.Bytes);
        var vfio = new VfioHost(hardware, memory);
        var passthrough = new HostCore(core);
        foreach (GuestModel model in built.Model.Guests.Where(g => g.Host.Name == host.Name))
        {
            try
            {
                await Start(model, core, vfio, passthrough);
            }
            catch (ErrnoException problem)
            {
                failed[model.Name] = NewReport(model) with { Problem = $"{problem.Errno}: {problem.Message}" };
            }
        }

        await Task.WhenAll(guests.Select(Work));
        foreach (Running guest in guests)
            await Explain(core, guest);
    }

    private async Task Start(GuestModel model, CxlCore core, VfioHost vfio, HostCore passthrough)
    {
        if (!VfioDialects.TryParse(model.Dialect, out VfioDialect dialect))
            throw new InvariantException($"{model.Dialect} is no dialect.");
        Running? outer = null;
        if (model.Inside is { } outerModel)
        {
            outer = guests.Find(g => g.Model == outerModel) ?? throw new ErrnoException(Errno.ENODEV, $"{outerModel.Name} does not run.");
            ulong half = outerModel.Memory.Bytes / 2;
            outer.Host ??= outer.Guest.MakeHost(new HostMemory(half, half));
            outer.Core ??= new HostCore(outer.Guest.Core!);
        }

        PciDevice[] functions = [.. model.Devices.Select(d => outer is null ? FunctionOf(core, d) : FunctionIn(outer, d))];
        VfioHost on = outer?.Host ?? vfio;
        HostCore with = outer?.Core ?? passthrough;
        VfioDriver driver = dialect == VfioDialect.V3 ? new PciDriver(with) : new AcceleratorDriver(with);
        var options = new VfioDeviceOptions { Dialect = dialect };
        VfioPciDevice[] devices = model.Interleaved
            ? [on.Bind(functions[0], driver, options with { InterleaveWith = functions[1..] })]
            : [.. functions.Select(f => on.Bind(f, driver, options))];
        var guest = new Guest(await VirtualMachine.Start(on, new GuestOptions { Name = model.Name, Devices = devices, Memory = model.Memory }));
        await guest.Boot();
        var running = new Running(model, guest, outer, new GuestLoad(guest.Machine, model, seed ^ StableHash.Of(model.Name)));
        guests.Add(running);
        bool[] passedOn = [.. model.Devices.Select(d => built.Model.Guests.Any(g => g.Inside == model && g.Devices.Contains(d)))];
        for (int i = 0; i < devices.Length; i++)
        {
            if (!passedOn[i])
                await guest.LoadDriver(guest.Machine.Devices[i], dialect == VfioDialect.RfcV2AsPosted ? guest.Machine.Devices[i].MemorySize : null);
        }
    }

    private static async Task Work(Running guest)
    {
        foreach (CxlRegion region in guest.Guest.Regions)
            await guest.Load.Run(region.Base.Value, region.Size.Bytes);
    }

    /// <summary>The whole way of the first address of a guest's first region: by every second stage, then by a traced read of the hardware.</summary>
    private async Task Explain(CxlCore core, Running guest)
    {
        if (guest.Guest.Regions is not [var region, ..])
            return;
        const ulong Offset = 0x1040;
        ulong address = region.Base.Value + Offset;
        for (Running? at = guest; at is not null; at = at.Outer)
        {
            if (at.Guest.Machine.Explain(address) is not { } step)
                return;
            guest.Way.Add(new GuestStep(at.Model.Name, Hex(address), $"guest-physical: {step.What}"));
            address = step.HostAddress;
        }

        if (core.Memory is not BusProgram program || built.Fabric.Trace is not { } trace)
            return;
        trace.Clear();
        (AccessStatus status, Dpa dpa) = await program.TraceMemory(address);
        foreach (DecodeHop hop in trace.Hops)
            guest.Way.Add(new GuestStep(hop.Decoder is null ? hop.Component : $"{hop.Component} {hop.Decoder}", Hex(address), hop.Target is null ? hop.Arithmetic : $"{hop.Arithmetic}: to {hop.Target}"));
        guest.Way.Add(new GuestStep("device", status == AccessStatus.Ok ? Hex(dpa.Value) : "none", status == AccessStatus.Ok ? "device-physical" : status.ToString()));
    }

    private PciDevice FunctionOf(CxlCore core, EndpointModel endpoint) =>
        core.Memdevs.Find(m => m.Serial == endpoint.Serial && m.IsAccelerator)?.Function
        ?? throw new ErrnoException(Errno.ENODEV, $"The CXL core of {host.Name} has not found {endpoint.Name}.");

    private static PciDevice FunctionIn(Running outer, EndpointModel endpoint)
    {
        int index = outer.Model.Interleaved ? 0 : outer.Model.Devices.TakeWhile(d => d != endpoint).Count();
        return outer.Guest.FunctionOf(outer.Guest.Machine.Devices[index]) ?? throw new ErrnoException(Errno.ENODEV, $"{outer.Model.Name} has not found {endpoint.Name}.");
    }

    private GuestReport ReportOf(GuestModel model)
    {
        if (guests.Find(g => g.Model == model) is not { } guest)
            return failed.GetValueOrDefault(model.Name) ?? NewReport(model) with { Problem = "it was not reached" };
        string? problem = failed.GetValueOrDefault(model.Name)?.Problem;
        return NewReport(model) with
        {
            Regions = [.. guest.Guest.Regions.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} 0x{r.Base.Value:x} + {r.Size}"))],
            Reads = guest.Load.Reads,
            Writes = guest.Load.Writes,
            LatencyNs = guest.Load.Latency.Count == 0 ? null : LatencyReport.Of(guest.Load.Latency),
            Wrong = guest.Load.Wrong,
            Walks = guest.Guest.Machine.SecondStage.Walks,
            Way = [.. guest.Way],
            Problem = problem,
        };
    }

    private static GuestReport NewReport(GuestModel model) => new()
    {
        Name = model.Name,
        On = model.Inside?.Name ?? model.Host.Name,
        Dialect = model.Dialect,
        Devices = [.. model.Devices.Select(d => d.Name)],
    };

    private static string Hex(ulong address) => string.Create(CultureInfo.InvariantCulture, $"0x{address:x}");

    private sealed class Running(GuestModel model, Guest guest, Running? outer, GuestLoad load)
    {
        public GuestModel Model { get; } = model;

        public Guest Guest { get; } = guest;

        public Running? Outer { get; } = outer;

        public GuestLoad Load { get; } = load;

        public VfioHost? Host { get; set; }

        public HostCore? Core { get; set; }

        public List<GuestStep> Way { get; } = [];
    }
}
