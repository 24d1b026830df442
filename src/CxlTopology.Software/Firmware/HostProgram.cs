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
/// <remarks>An agent of a host. A commit of the firmware that stays away for 10 ms, or is refused, is a <see cref="Problems">problem</see>, not an exception.</remarks>
public sealed class HostProgram(IReadOnlyList<PlatformNode> bridges, IReadOnlyList<FirmwareWrite> writes, CxlPlatform platform) : PlatformProgram(bridges)
{
    private const uint CommandTag = uint.MaxValue - 1;
    private readonly List<Func<CxlCore, Task>> commands = [];
    private readonly Queue<int> due = new();

    /// <summary>The writes that firmware makes.</summary>
    public IReadOnlyList<FirmwareWrite> Writes { get; } = writes;

    /// <summary>Decoders that did not commit, and components that did not answer.</summary>
    public List<FirmwareProblem> Problems { get; } = [];

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

    /// <inheritdoc/>
    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        await new FirmwareWriter(this, Problems).Make(Writes);
        Core = new CxlCore(this, this, this, this, platform);
        Regions = new CxlRegions(Core);
        await Core.Probe(FoundByUid());
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

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == CommandTag)
            due.Enqueue((int)message.Argument);
        else
            base.OnMessage(ref message);
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest) => digest.Add((ulong)Problems.Count);

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
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        Finished = new SimTime(from.ReadInt64());
        Problems.Clear();
        for (int left = from.ReadCount(Writes.Count); left > 0; left--)
            Problems.Add(new FirmwareProblem(Writes[from.ReadCount(Writes.Count - 1)], from.ReadText()));
    }
}
