using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>A guest among the agents of its host: what it came to, for digests and reports. Its software runs in the host's program, its workloads are agents beside it.</summary>
public sealed class GuestAgent : FabricActor
{
    private const int RegionsMax = 64;
    private const uint StartTimer = 1;
    private const uint StartedTag = 2;
    private HostService starts;
    private HostProgram? program;
    private GuestState? loaded; // what the process came to that ran it

    internal GuestAgent(GuestModel model, FabricOptions fabric)
        : base(fabric)
    {
        Model = model;
        Jobs = new GuestJobs(this);
    }

    /// <summary>What the file says of it.</summary>
    public GuestModel Model { get; }

    /// <summary>The guest; null before it has been started, and in a process that runs another part of the machine.</summary>
    public Guest? Guest { get; internal set; }

    /// <summary>Its regions that its driver made: of which device, and which of that device's.</summary>
    internal List<(GuestDeviceModel Device, int Part, Software.CxlRegion Region)> Regions { get; } = [];

    /// <summary>The addresses that registers of its devices showed before it had booted: none of them is to be one of the host.</summary>
    public IReadOnlyList<ulong> Visible { get; internal set; } = [];

    /// <summary>How far it has come.</summary>
    public GuestStage Stage { get; internal set; }

    /// <summary>Why it came no further; null if nothing went wrong. Of several problems the first.</summary>
    public GuestProblem? Problem { get; internal set; }

    /// <summary>What its drivers have the engines of its devices do.</summary>
    internal GuestJobs Jobs { get; }

    /// <summary>The IOMMU of its host.</summary>
    internal Iommu? Iommu { get; init; }

    /// <summary>Adds a job of an engine; before the run.</summary>
    internal void Add(GuestJob job, HostProgram by)
    {
        if (program is null)
        {
            program = by;
            starts = by.AddService(this, StartedTag, Jobs.Start);
        }

        Jobs.Add(job);
    }

    /// <summary>What it has come to.</summary>
    public GuestState Summary => loaded ?? GuestState.Of(this);

    /// <summary>Something went wrong on the way.</summary>
    internal void Fail(GuestStage at, ErrnoException problem)
    {
        Stage = at;
        Problem ??= new GuestProblem(problem.Errno, problem.Message, GuestAdvice.For(Model, at, problem.Errno));
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.Booted:
                for (int i = 0; i < Jobs.All.Count; i++)
                {
                    var timer = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = StartTimer, Argument = (ulong)i, Payload = -1 };
                    Schedule(ref timer, Jobs.All[i].Workload.Start);
                }

                break;
            case MessageKind.AgentTimer when message.Tag == StartTimer:
                Message question = starts.Ask(message.Argument, message.Argument);
                SendInside(program!, ref question, SimDuration.Zero);
                break;
            case MessageKind.AgentTimer:
                break; // it was started, or could not be
            default:
                throw Unexpected(message);
        }
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        Summary.AppendTo(ref digest);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        Summary.Save(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        loaded = GuestState.Load(ref from, RegionsMax);
    }
}
