using System.Globalization;
using System.Text.Json;
using CxlTopology.Description;
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

    private HostProgram Program => built.Programs[host.Name];

    /// <summary>Has the guests started when the host has booted.</summary>
    public void Post()
    {
        Program.Post(built.Simulation, Run, SimTime.Zero);
        Program.Outcomes = () => [.. Own.Select(r => JsonSerializer.Serialize(r))];
    }

    /// <summary>What the guests have come to so far, in the order of the file; also if they ran in another process.</summary>
    public IEnumerable<GuestReport> Reports =>
        (Program.OutcomesElsewhere?.Select(o => JsonSerializer.Deserialize<GuestReport>(o)!) ?? Own).Select(r => r with { Way = [.. r.Way, .. HardwareWay.Of(built, host, r.HostAddress)] });

    private IEnumerable<GuestReport> Own => built.Model.Guests.Where(g => g.Host.Name == host.Name).Select(ReportOf);

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

    /// <summary>The way of an address of a guest's first region, through every second stage, into the host.</summary>
    private static (ulong? HostAddress, List<GuestStep> Way) Explain(Running guest)
    {
        const ulong Offset = 0x1040;
        List<GuestStep> way = [];
        if (guest.Guest.Regions is not [var region, ..])
            return (null, way);
        ulong address = region.Base.Value + Offset;
        for (Running? at = guest; at is not null; at = at.Outer)
        {
            if (at.Guest.Machine.Explain(address) is not { } step)
                return (null, way);
            way.Add(new GuestStep(at.Model.Name, Hex(address), $"guest-physical: {step.What}"));
            address = step.HostAddress;
        }

        return (address, way);
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
        (ulong? address, List<GuestStep> way) = Explain(guest);
        return NewReport(model) with
        {
            Regions = [.. guest.Guest.Regions.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} 0x{r.Base.Value:x} + {r.Size}"))],
            Reads = guest.Load.Reads,
            Writes = guest.Load.Writes,
            LatencyNs = guest.Load.Latency.Count == 0 ? null : LatencyReport.Of(guest.Load.Latency),
            Wrong = guest.Load.Wrong,
            Walks = guest.Guest.Machine.SecondStage.Walks,
            HostAddress = address is { } at ? Hex(at) : null,
            Way = way,
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
    }
}
