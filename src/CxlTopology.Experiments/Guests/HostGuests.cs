using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>The guests of a host: started by the host's software once its CXL core has booted, before any workload; each boots, finds its devices, and makes its regions.</summary>
public sealed class HostGuests
{
    private readonly HostModel host;
    private readonly List<GuestAgent> agents = [];
    private readonly Dictionary<string, (VfioHost Vfio, HostCore Core)> inside = new(StringComparer.Ordinal); // of guests that have guests

    private readonly Iommu iommu;

    private HostGuests(HostModel host, HostProgram program, Iommu iommu)
    {
        this.host = host;
        this.iommu = iommu;
        Program = program;
    }

    /// <summary>The software of the host.</summary>
    public HostProgram Program { get; }

    /// <summary>The guests in the order of the file, each before its own.</summary>
    public IReadOnlyList<GuestAgent> Agents => agents;

    /// <summary>Adds the guests that a file describes to a host that is being built; null if it describes none.</summary>
    public static HostGuests? AddTo(HostModel host, Host actor, BuiltTopology built)
    {
        GuestModel[] models = [.. built.Model.Guests.Where(g => g.Host.Name == host.Name)];
        if (models.Length == 0 || !built.Programs.TryGetValue(host.Name, out HostProgram? program))
            return null;
        Iommu iommu = actor.AddIommu(new IommuOptions { WalkLatency = host.Iommu.Walk, LookUp = host.Iommu.LookUp, Entries = host.Iommu.Entries });
        var guests = new HostGuests(host, program, iommu);
        foreach (GuestModel model in models)
        {
            var agent = new GuestAgent(model, built.Fabric) { Iommu = iommu };
            actor.AddAgent(model.Name, agent);
            guests.agents.Add(agent);
        }

        program.Prepare = guests.Start;
        return guests;
    }

    /// <summary>The guest of a name.</summary>
    public GuestAgent AgentOf(string name) => agents.First(a => a.Model.Name == name);

    private async Task Start(CxlCore core)
    {
        var hardware = new VfioHardware(core.Configuration, core.Mmio, core.Memory, core.Clock, Program, new HostTranslation(iommu, Program, f => ServiceOf(core, f)));
        ulong given = agents.Where(a => a.Model.Outer is null).Aggregate(0UL, (sum, a) => sum + a.Model.Memory.Bytes);
        var vfio = new VfioHost(hardware, new HostMemory(host.Memory.Bytes / HostMemory.Page * HostMemory.Page - given, given));
        var passthrough = new HostCore(core);
        foreach (GuestAgent agent in agents)
        {
            try
            {
                if (agent.Model.Outer is null)
                    await Start(agent, vfio, passthrough, d => d.Function is { } further ? [FunctionOf(core, d.Endpoints[0], further)] : [.. d.Endpoints.Select(e => FunctionOf(core, e))]);
                else
                    await StartInside(agent, AgentOf(agent.Model.Outer));
            }
            catch (ErrnoException problem)
            {
                agent.Fail(agent.Guest is null ? GuestStage.NotStarted : GuestStage.NotBooted, problem);
            }
        }
    }

    private async Task StartInside(GuestAgent agent, GuestAgent outer)
    {
        if (outer.Guest is not { Core: { } core } guest)
            throw new ErrnoException(Errno.ENODEV, $"{outer.Model.Name} does not run.");
        if (!inside.TryGetValue(outer.Model.Name, out (VfioHost Vfio, HostCore Core) on))
        {
            ulong given = outer.Model.MemoryOfGuests.Bytes;
            on = (guest.MakeHost(new HostMemory(outer.Model.Memory.Bytes - given, given)), new HostCore(core));
            inside.Add(outer.Model.Name, on);
        }

        await Start(agent, on.Vfio, on.Core, device => [FunctionIn(outer, guest, device)]);
    }

    private static async Task Start(GuestAgent agent, VfioHost vfio, HostCore core, Func<GuestDeviceModel, PciDevice[]> functionsOf)
    {
        GuestModel model = agent.Model;
        VfioDialect dialect = DialectOf(model.Dialect);
        VfioDriver driver = dialect == VfioDialect.V3 ? new PciDriver(core) : new AcceleratorDriver(core);
        List<VfioPciDevice> devices = [];
        foreach (GuestDeviceModel device in model.Devices)
        {
            PciDevice[] functions = functionsOf(device);
            if (model.ResetsSiblings)
                core.AllowSiblings(functions[0]);
            devices.Add(vfio.Bind(functions[0], device.Function is null ? driver : new PciDriver(), new VfioDeviceOptions
            {
                Dialect = dialect,
                Scrub = ScrubOf(model.Scrub),
                InterleaveWith = functions[1..],
                Capacity = device.Capacity,
                RegionSize = device.RegionSize,
                SkipsMediaReady = !device.WaitsForMedia,
                MediaReadyTimeout = device.MediaTimeout,
                IsCached = device.Cached,
                ResetsSiblings = model.ResetsSiblings,
                HotReset = device.ResetsBus ? PciResetMethod.CxlBus : PciResetMethod.Bus,
            }));
        }

        VirtualMachine machine = await VirtualMachine.Start(vfio, new GuestOptions
        {
            Name = model.Name,
            Devices = devices,
            Memory = model.Memory,
            Window = model.WindowSize,
            TranslationEntries = model.TranslationEntries,
            TranslationPage = model.TranslationPage,
            WalkLatency = model.Walk,
            TrapLatency = model.Trap,
            InterruptLatency = model.Interrupt,
        });
        var guest = new Guest(machine);
        agent.Guest = guest;
        agent.Visible = await machine.VisibleAddresses();
        await guest.Boot();
        agent.Stage = GuestStage.Running;
        for (int i = 0; i < model.Devices.Count; i++)
        {
            if (model.Devices[i] is { PassedOn: true } or { Function: not null })
                continue;
            try
            {
                var size = new ByteSize(machine.Devices[i].MemorySize.Bytes / (ulong)model.Devices[i].Regions);
                for (int part = 0; part < model.Devices[i].Regions; part++)
                    agent.Regions.Add((model.Devices[i], part, await guest.LoadDriver(machine.Devices[i], size)));
            }
            catch (ErrnoException problem)
            {
                agent.Fail(GuestStage.Incomplete, problem); // the others of its devices may do
            }
        }
    }

    private static int ServiceOf(CxlCore core, Bdf function) =>
        core.Memdevs.Find(m => m.Function.Bdf == function)?.Function.ExtendedCapabilities.Find(c => c.Id == AddressTranslationRegisters.CapabilityId).Offset ?? 0;

    private PciDevice FunctionOf(CxlCore core, EndpointModel endpoint) =>
        core.Memdevs.Find(m => m.Serial == endpoint.Serial && m.IsAccelerator)?.Function
        ?? throw new ErrnoException(Errno.ENODEV, $"The CXL core of {host.Name} has not found {endpoint.Name}.");

    private PciDevice FunctionOf(CxlCore core, EndpointModel endpoint, FunctionModel further) =>
        core.FunctionAt(FunctionOf(core, endpoint).Bdf with { Function = (byte)further.Number })
        ?? throw new ErrnoException(Errno.ENODEV, $"The CXL core of {host.Name} has not found {further.Name}, function {further.Number} of {endpoint.Name}.");

    private static PciDevice FunctionIn(GuestAgent outer, Guest guest, GuestDeviceModel device)
    {
        for (int i = 0; i < outer.Model.Devices.Count; i++)
        {
            if (outer.Model.Devices[i].Name == device.Name && guest.FunctionOf(guest.Machine.Devices[i]) is { } function)
                return function;
        }

        throw new ErrnoException(Errno.ENODEV, $"{outer.Model.Name} has not found {device.Name}.");
    }

    private static VfioDialect DialectOf(GuestDialect dialect) => dialect switch
    {
        GuestDialect.RfcV2AsPosted => VfioDialect.RfcV2AsPosted,
        GuestDialect.V3 => VfioDialect.V3,
        _ => VfioDialect.RfcV2,
    };

    private static VfioScrub ScrubOf(GuestScrub scrub) => scrub switch
    {
        GuestScrub.Reset => VfioScrub.Reset,
        GuestScrub.Memory => VfioScrub.Memory,
        GuestScrub.Pages => VfioScrub.Pages,
        GuestScrub.None => VfioScrub.None,
        _ => VfioScrub.Automatic,
    };
}
