using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>
/// What runs on a host: firmware, which numbers the PCI buses, places BARs and makes the writes that the platform asks for; then an operating system's CXL core, which finds what there is. Then workloads start, and the
/// core stays for commands.
/// </summary>
/// <param name="bridges">The host bridges of the host; what is below them is found by enumeration.</param>
/// <param name="writes">The writes of the firmware, in order.</param>
/// <param name="platform">What ACPI says.</param>
/// <param name="regions">The regions to make at boot.</param>
/// <remarks>
/// An agent of a host. A commit of the firmware that stays away for 10 ms, or is refused, is a <see cref="Problems">problem</see>, not an exception; so is what the core refuses at boot
/// (<see cref="BootProblems"/>).
/// </remarks>
public sealed class HostProgram(IReadOnlyList<PlatformNode> bridges, IReadOnlyList<FirmwareWrite> writes, CxlPlatform platform, IReadOnlyList<RegionPlan> regions) : PlatformProgram(bridges)
{
    private const uint CommandTag = uint.MaxValue - 1;
    private const uint ServiceTag = uint.MaxValue - 3;
    private const int ServiceShift = 48;
    private const int ServicesMax = 1 << 16;
    private const int ServedAtOnce = 64; // others wait their turn: no more are asked than requests of workloads are under way
    private readonly Queue<(ulong Question, ulong Address)> questions = [];
    private int serving;
    private readonly List<(ComponentActor Client, uint Tag, Func<ulong, Task> Serve)> services = [];
    private readonly List<Func<CxlCore, Task>> commands = [];
    private readonly Queue<int> due = new();

    /// <summary>The writes that firmware makes.</summary>
    public IReadOnlyList<FirmwareWrite> Writes { get; } = writes;

    /// <summary>Decoders that did not commit, and components that did not answer.</summary>
    public List<FirmwareProblem> Problems { get; } = [];

    /// <summary>What the CXL core refused at boot, a sentence each: <c>region0: ENXIO: …</c>.</summary>
    public List<string> BootProblems { get; } = [];

    /// <summary>The regions that were made at boot, by their names in the file.</summary>
    public Dictionary<string, CxlRegion> NamedRegions { get; } = new(StringComparer.Ordinal);

    /// <summary>The CXL core; null until it is probed.</summary>
    public CxlCore? Core { get; private set; }

    /// <summary>The regions of the core; null until it is probed.</summary>
    public CxlRegions? Regions { get; private set; }

    /// <summary>What is done with the core between its probe and the start of the workloads: regions are made here. Nothing by default.</summary>
    public Func<CxlCore, Task>? Prepare { get; set; }

    /// <summary>When it had booted.</summary>
    public SimTime Finished { get; private set; }

    /// <summary>Has a command carried out, once the host has booted and the time has come; one after the other.</summary>
    /// <param name="simulation">The simulation that the host is in.</param>
    /// <param name="command">What is done with the core.</param>
    /// <param name="at">When; it must not be past.</param>
    public void Post(Simulation.Simulation simulation, Func<CxlCore, Task> command, SimTime at)
    {
        commands.Add(command);
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Tag = CommandTag, Argument = (ulong)(commands.Count - 1), Payload = -1 }, at);
    }

    /// <summary>Tells all devices of the host that it is ready, as at boot: engines that a reset has stopped go on.</summary>
    public void StartEngines()
    {
        var ready = new Message { Kind = (byte)MessageKind.HostReady, Payload = -1 };
        SendInside(Parent!, ref ready, SimDuration.Zero);
    }

    /// <summary>Something that an actor of the same host may ask the software for while the machine runs, as with a page fault: each question is a flow of its own.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="tag">The tag of the answer: a timer message, with the argument of the question.</param>
    /// <param name="serve">What is done, with the address of the question.</param>
    /// <exception cref="WiringException">65,536 are there already.</exception>
    public HostService AddService(ComponentActor client, uint tag, Func<ulong, Task> serve)
    {
        if (services.Count == ServicesMax)
            throw new WiringException($"{Path} offers {ServicesMax:N0} services already.");
        services.Add((client, tag, serve));
        return new HostService(this, (ulong)(services.Count - 1) << ServiceShift);
    }

    /// <inheritdoc/>
    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        await EnableCaches();
        await new FirmwareWriter(this, Problems).Make(Writes);
        Core = new CxlCore(this, this, this, this, platform);
        Regions = new CxlRegions(Core);
        try
        {
            await Core.Probe(FoundByUid());
        }
        catch (ErrnoException error)
        {
            BootProblems.Add($"the CXL core found no platform: {error.Errno}: {error.Message}");
        }

        foreach (RegionPlan region in regions.OrderBy(r => r.Base.Value)) // a port's decoders ascend, and none is made below another
            await Make(region);
        if (Prepare is not null)
            await Prepare(Core);
        Finished = Now;
        var booted = new Message { Kind = (byte)MessageKind.Booted, Payload = -1 };
        SendInside(Parent!, ref booted, SimDuration.Zero);
        while (true)
        {
            if (!due.TryDequeue(out int index))
            {
                Rest();
                index = (int)(await Answer(CommandTag)).Argument;
            }

            await commands[index](Core);
        }
    }

    /// <summary>CXL.cache is turned on by firmware, in every device that has a cache.</summary>
    private async Task EnableCaches()
    {
        const int Capability = 0x0A;
        const int Control = 0x0C;
        const uint Cache = 1;
        var locator = new ComponentLocator(this, this);
        foreach (PciDevice device in Endpoints())
        {
            int dvsec = await locator.FindDvsec(device, 0);
            if (dvsec != 0 && (await ReadConfig(device.Bdf, dvsec + Capability, 2) & Cache) != 0)
                await WriteConfig(device.Bdf, dvsec + Control, await ReadConfig(device.Bdf, dvsec + Control, 2) | Cache, 2);
        }
    }

    private async Task Make(RegionPlan plan)
    {
        try
        {
            CxlRootDecoder root = Core!.Root?.Decoders.OfType<CxlRootDecoder>().FirstOrDefault(d => d.Base == plan.Window.Base)
                ?? throw new ErrnoException(Errno.ENXIO, $"no root decoder has the window at {plan.Window.Base}");
            NamedRegions.Add(plan.Name, await new RegionCommands(Regions!).Create(new RegionRequest(root)
            {
                Memdevs = [.. plan.Endpoints.Select(MemdevOf)],
                IsPersistent = plan.Persistent,
                Granularity = plan.Granularity,
                Size = plan.Size,
                Base = plan.Base,
            }));
        }
        catch (ErrnoException error)
        {
            BootProblems.Add($"{plan.Name}: {error.Errno}: {error.Message}");
        }
    }

    private CxlMemdev MemdevOf(PlatformNode endpoint) =>
        FunctionOf(endpoint) is { } function && Core!.MemdevOf(function) is { } memdev
            ? memdev
            : throw new ErrnoException(Errno.ENODEV, $"{endpoint.Name} is no memory device that the CXL core has found");

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == CommandTag)
            due.Enqueue((int)message.Argument);
        else if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == ServiceTag)
            Serve(message.Argument, message.Address);
        else
            base.OnMessage(ref message);
    }

    private void Serve(ulong question, ulong address)
    {
        if (serving == ServedAtOnce)
        {
            questions.Enqueue((question, address));
            return;
        }

        serving++;
        (ComponentActor client, uint tag, Func<ulong, Task> serve) = services[(int)(question >> ServiceShift)];
        InTurn(Carry);

        // An exception is the turn's, and fails the program: hence no task.
        async void Carry()
        {
            await serve(address);
            serving--;
            Rest();
            var done = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = tag, Argument = question & ((1UL << ServiceShift) - 1), Payload = -1 };
            SendInside(client, ref done, SimDuration.Zero);
            if (questions.TryDequeue(out (ulong Question, ulong Address) next))
                Serve(next.Question, next.Address);
        }
    }

    /// <summary>The message that asks for a service.</summary>
    internal static Message Question(ulong service, ulong argument, ulong address) => new()
    {
        Kind = (byte)MessageKind.AgentTimer,
        Tag = ServiceTag,
        Argument = service | (argument & ((1UL << ServiceShift) - 1)),
        Address = address,
        Payload = -1,
    };

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest) => digest.Add((ulong)(Problems.Count + BootProblems.Count));

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        to.WriteInt64(Finished.Femtoseconds);
        to.WriteInt32(Problems.Count);
        foreach (FirmwareProblem problem in Problems)
        {
            to.WriteInt32(Enumerable.Range(0, Writes.Count).First(i => ReferenceEquals(Writes[i], problem.Write)));
            to.WriteText(problem.What);
        }

        to.WriteInt32(BootProblems.Count);
        foreach (string problem in BootProblems)
            to.WriteText(problem);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        Finished = new SimTime(from.ReadInt64());
        Problems.Clear();
        for (int left = from.ReadCount(Writes.Count); left > 0; left--)
            Problems.Add(new FirmwareProblem(Writes[from.ReadCount(Writes.Count - 1)], from.ReadText()));
        BootProblems.Clear();
        for (int left = from.ReadCount(regions.Count + 1); left > 0; left--)
            BootProblems.Add(from.ReadText());
    }
}
