using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A host: its agents' requests go by the fixed memory windows to a host bridge, or to its own memory; responses go back to the agent.</summary>
/// <remarks>
/// Agents (workloads, firmware, later drivers and caches) are children of the host, at most 4,096, each with at most 1,048,576 requests under way: an agent's tags are below that, with
/// the agent's number above them. Between agents and bridges there are neither credits nor a rate: bounds on outstanding requests are the agents'.
/// </remarks>
public sealed partial class Host : FabricActor
{
    /// <summary>Tags of an agent are below this.</summary>
    public const uint TagsMax = 1 << TagBits;

    /// <summary>Where devices write to interrupt an agent: 256 bytes for each agent, from here on.</summary>
    public const ulong InterruptBase = MessageInterrupt.Base;

    private const int TagBits = 20;
    private const int AgentsMax = 1 << (32 - TagBits);
    private readonly HostOptions options;
    private readonly FixedMemoryWindow[] windows;
    private readonly List<ComponentActor> agents = [];
    private readonly List<HostBridge> bridges = [];
    private readonly Media? memory;
    private int recentBridge;
    private Connection[] connections = [];
    private Connection[][] targets = [];

    /// <summary>A host without bridges and agents.</summary>
    public Host(HostOptions options, FabricOptions fabric)
        : base(fabric)
    {
        this.options = options;
        windows = [.. options.Windows];
        if (options.Memory.Bytes != 0)
            AddChild("memory", memory = new Media(options.LocalMedia, fabric));
    }

    /// <summary>The fixed memory windows.</summary>
    public IReadOnlyList<FixedMemoryWindow> Windows => windows;

    /// <summary>The host bridges, in the order in which they were attached.</summary>
    public IReadOnlyList<HostBridge> Bridges => bridges;

    /// <summary>Adds an agent.</summary>
    /// <returns>What the agent adds to its own tags (below <see cref="TagsMax"/>) in what it hands over.</returns>
    public uint AddAgent(string name, ComponentActor agent)
    {
        if (agents.Count == AgentsMax)
            throw new WiringException($"{Path} has {AgentsMax:N0} agents already.");
        agents.Add(agent);
        AddChild(name, agent);
        return (uint)(agents.Count - 1) << TagBits;
    }

    /// <summary>The address that a device writes to (MSI, MSI-X) to interrupt an agent: it gets a message of kind <see cref="MessageKind.Interrupt"/> with what was written, and as its address who wrote (<see cref="MessageInterrupt.RequesterOf"/>).</summary>
    /// <param name="tagBase">What <see cref="AddAgent"/> gave.</param>
    public static ulong InterruptAddress(uint tagBase) => MessageInterrupt.AddressOf(tagBase);

    /// <summary>Writes by devices that were no interrupt of any agent, and went nowhere.</summary>
    public long StrayWrites { get; private set; }

    /// <summary>Connects a host bridge, both ways.</summary>
    public void Attach(Simulation.Simulation simulation, HostBridge bridge)
    {
        connections = [.. connections, simulation.Connect(this, bridge, 0, options.FabricLatency)];
        bridge.Locate(bridges.Count);
        bridge.AttachHost(simulation.Connect(bridge, this, connections.Length, options.FabricLatency));
        bridges.Add(bridge);
        Retarget();
    }

    /// <summary>A host bridge that has failed is stopped, and what goes to it is answered here; an agent that fails takes the run with it.</summary>
    protected override SupervisionDirective OnChildFailed(ActorFailure failure)
    {
        int bridge = bridges.FindIndex(b => b.Id == failure.ActorId);
        if (bridge < 0)
            return SupervisionDirective.Escalate;
        connections[bridge] = default;
        Retarget();
        return SupervisionDirective.Stop;
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                OnRequest(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr or MessageKind.IoCompletion:
                ToAgent(ref message);
                break;
            case MessageKind.IoRequest:
                OnRegisterAccess(ref message);
                break;
            case MessageKind.DeviceLost:
                if (Home is not null)
                    HandOver(Home, ref message);
                break;
            case MessageKind.CacheFlush:
                OnFlush(ref message);
                break;
            case MessageKind.MemoryWrite:
                OnInterrupt(ref message);
                break;
            case MessageKind.DmaRead or MessageKind.DmaWrite or MessageKind.DmaTranslate or MessageKind.DmaInvalidated:
                OnDma(ref message);
                break;
            case MessageKind.TranslationInvalidate:
                OnInvalidate(ref message);
                break;
            case MessageKind.S2MBISnp or MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData:
                OnCoherence(ref message);
                break;
            case MessageKind.M2SBIRsp or MessageKind.H2DReq or MessageKind.H2DRsp or MessageKind.H2DData:
                ToDevice(ref message);
                break;
            case MessageKind.Booted:
                foreach (ComponentActor agent in agents)
                {
                    Message copy = message;
                    if (!ReferenceEquals(agent, Home))
                        SendInside(agent, ref copy, SimDuration.Zero);
                }

                TellDevices();
                break;
            case MessageKind.HostReady:
                TellDevices();
                break;
            case var _ when MessageKinds.IsDmaAnswer(message.Kind):
                ToRequester(ref message);
                break;
            default:
                throw Unexpected(message);
        }
    }

    private void Retarget() => targets = [.. windows.Select(w => w.Targets.Select(uid => bridges.FindIndex(b => b.Uid == uid)).Select(i => i < 0 ? default : connections[i]).ToArray())];

    private void OnRequest(ref Message message)
    {
        if (Home is not null && !IsOfHome(message))
        {
            HandOver(Home, ref message);
            return;
        }

        ulong address = message.Address;
        for (int i = 0; i < windows.Length; i++)
        {
            FixedMemoryWindow window = windows[i];
            if (!window.Contains(address))
                continue;
            message.Time += Options.DecodeLatency.Femtoseconds;
            if (message.Length > 1 && window.Interleave.Ways > 1)
                SendBurst(ref message, i);
            else
                SendToTarget(ref message, i, window.TargetIndexOf(Bursts.FirstLine(message)));
            return;
        }

        if (memory is not null && address < options.Memory.Bytes)
        {
            if (Has(message, AccessFlags.Traced))
                Explain(Path, null, "below the end of the host's own memory", memory.Path, ("memory", options.Memory.Bytes));
            if (Home is null) // which sits beside the memory
                message.Time += options.FabricLatency.Femtoseconds;
            HandOver(memory, ref message);
            return;
        }

        if (Has(message, AccessFlags.Traced))
            Explain(Path, null, "no fixed memory window covers the address", null);
        AnswerUnclaimed(ref message, AccessStatus.NoWindow);
        SendInside(this, ref message, options.FabricLatency * 2);
    }

    private void SendToTarget(ref Message message, int window, int target)
    {
        if (Has(message, AccessFlags.Traced))
            ExplainWindow(Bursts.FirstLine(message), window, target);
        Connection bridge = targets.Length > window ? targets[window][target] : default;
        if (bridge.IsWired)
        {
            Send(ref message, bridge, new SimTime(message.Time));
            return;
        }

        AnswerUnclaimed(ref message, HasBridge(windows[window].Targets[target]) ? AccessStatus.LinkDown : AccessStatus.TargetMissing);
        SendInside(this, ref message, options.FabricLatency * 2);
    }

    // A lambda in the method above would allocate for every transaction.
    private bool HasBridge(int uid) => bridges.Exists(b => b.Uid == uid);

    private void SendBurst(ref Message message, int index)
    {
        FixedMemoryWindow window = windows[index];
        ulong rest = message.Argument;
        for (int target = 0; ; target++)
        {
            ulong part = rest & window.LinesOf(target, message.Address);
            if (part == 0)
                continue;
            if (part == rest)
            {
                if (part != message.Argument)
                    Bursts.Narrow(ref message, part);
                SendToTarget(ref message, index, target);
                return;
            }

            Message split = Bursts.Split(message, part);
            SplitLines(ref message, ref split, rest);
            rest &= ~part;
            SendToTarget(ref split, index, target);
        }
    }

    private void ToAgent(ref Message message)
    {
        if (IsForNobody(message))
        {
            DropPayload(ref message);
            return;
        }

        if (memory is not null && message.Source == memory.Id && Home is null)
        {
            SendInside(this, ref message, options.FabricLatency + new SimDuration(TrainGap.Tail(message)));
            return;
        }

        int agent = (int)(message.Tag >> TagBits);
        message.Tag &= TagsMax - 1;
        HandOver(agents[agent], ref message);
    }

    private void OnInterrupt(ref Message message)
    {
        ulong agent = MessageInterrupt.AgentOf(message.Address);
        if (agent >= (ulong)agents.Count)
        {
            StrayWrites++;
            return;
        }

        message.Kind = (byte)MessageKind.Interrupt;
        message.Address = RequesterOf(message);
        message.Tag = 0; // of no access
        HandOver(agents[(int)agent], ref message);
    }

    /// <summary>Who sent what came up: the segment is its host bridge's, the rest was said by itself.</summary>
    private uint RequesterOf(in Message message) => (uint)bridges[message.Port - 1].Resources.Segment << 16 | (ushort)message.Agent;

    /// <summary>The host bridge that a register access goes to by what ACPI says of them; -1 if none.</summary>
    private int BridgeOf(in Message message)
    {
        ulong address = message.Address;
        bool configuration = ((IoFlags)message.Flags & IoFlags.Configuration) != 0;
        var bdf = Bdf.OfConfigurationAddress(address);
        for (int n = 0; n < bridges.Count; n++)
        {
            int i = recentBridge + n < bridges.Count ? recentBridge + n : recentBridge + n - bridges.Count; // most often the same again
            HostBridgeResources resources = bridges[i].Resources;
            if (configuration ? resources.HasBus(bdf.Segment, bdf.Bus) : resources.HasRegister(address) || resources.HasMmio(address))
                return recentBridge = i;
        }

        return -1;
    }

    private void OnRegisterAccess(ref Message message)
    {
        int bridge = BridgeOf(message);
        if (bridge >= 0 && connections[bridge].IsWired)
        {
            Send(ref message, connections[bridge]);
            return;
        }

        CompleteIo(ref message, IoStatus.Unsupported);
        SendInside(this, ref message, options.FabricLatency * 2);
    }

    private void ExplainWindow(ulong address, int index, int target)
    {
        FixedMemoryWindow window = windows[index];
        ulong transformed = window is { Arithmetic: InterleaveArithmetic.Xor, XorMaps: { } maps } ? maps.Transform(address) : address;
        int shift = window.Interleave.EncodedGranularity + 8;
        string xor = transformed == address && window.Arithmetic == InterleaveArithmetic.Modulo ? "" : string.Create(CultureInfo.InvariantCulture, $"XOR maps turn 0x{address:x} into 0x{transformed:x}; ");
        string choice = window.Interleave.Ways == 1
            ? "one way: target 0"
            : string.Create(CultureInfo.InvariantCulture, $"(0x{transformed:x} >> {shift}) mod {window.Interleave.Ways} = 0x{transformed >> shift:x} mod {window.Interleave.Ways} = {target}");
        HostBridge? bridge = bridges.Find(b => b.Uid == window.Targets[target]);
        Explain(Path, string.Create(CultureInfo.InvariantCulture, $"window{index}"), xor + choice, bridge?.Path ?? $"UID {window.Targets[target]} (not there)",
            ("base", window.Base.Value), ("size", window.Size.Bytes), ("ways", (ulong)window.Interleave.Ways), ("granularity", (ulong)window.Interleave.Granularity));
    }
}
