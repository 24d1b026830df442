using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A host bridge: HDM decoders that choose among its root ports, or, passing through, a single root port that takes everything.</summary>
/// <remarks>Responses go to the host at once, over the host's own fabric, which has neither credits nor a rate.</remarks>
public sealed class HostBridge : FabricActor, IHdmDecoderOwner, IPathOwner
{
    private readonly HostBridgeOptions options;
    private readonly List<LinkedActor> ports = [];
    private readonly SortedDictionary<byte, LinkedActor> numbers = [];
    private readonly ComponentRegisters registers;
    private PciFunction? collector;
    private HostBridgeResources? resources;
    private int firstDecoder;
    private Connection host;

    /// <summary>A host bridge without ports.</summary>
    public HostBridge(HostBridgeOptions options, FabricOptions fabric)
        : base(fabric)
    {
        this.options = options;
        if (!options.PassThrough)
            Decoders = new HdmDecoderCapability(ComponentKind.HostBridge, options.HdmCapability, true, fabric.Commit, this, options.CommitTime);
        PathOptions = CoherencePathOptions.Of(options.BackInvalidate, options.CacheIds, options.HdmDDevices, options.CommitTime, fabric.Commit);
        registers = new ComponentRegisters(ComponentRole.HostBridge, Decoders, PathOptions with { Owner = this });
        resources = options.Resources;
    }

    /// <summary>ACPI UID.</summary>
    public int Uid => options.Uid;

    /// <summary>Its buses and addresses.</summary>
    public HostBridgeResources Resources => resources ?? throw new WiringException($"{Path} has no place: it was not attached to a host.");

    /// <summary>The HDM decoder capability; null when passing through.</summary>
    public HdmDecoderCapability? Decoders { get; }

    /// <summary>What its root ports have of BI and cache ID decoders.</summary>
    internal CoherencePathOptions PathOptions { get; }

    /// <inheritdoc/>
    internal override CoherencePath? Routing => registers.Path;

    IReadOnlyDictionary<byte, LinkedActor> IPathOwner.PathTargets => numbers;

    /// <summary>The root ports, in the order in which they were added.</summary>
    public IReadOnlyList<LinkedActor> Ports => ports;

    /// <summary>Where its event collector is: behind the last root port; null without.</summary>
    public Bdf? EventCollector => options.EventCollector ? new Bdf(Resources.Segment, Resources.FirstBus, 0, 0).WithPort(ports.Count) : null;

    /// <summary>All 4,096 bytes of configuration space of the event collector, for people and tools that look from outside; null without one.</summary>
    public byte[]? DumpEventCollector() => Collector?.Dump();

    /// <summary>Functions on its root bus.</summary>
    internal int FunctionCount => ports.Count + (options.EventCollector ? 1 : 0);

    private PciFunction? Collector => options.EventCollector ? collector ??= PciFunction.EventCollector(registers, siblings: FunctionCount) : null;

    /// <summary>Adds a root port.</summary>
    /// <exception cref="WiringException">The number is taken, or a pass-through bridge has its one port.</exception>
    public RootPort AddPort(string name, byte number)
    {
        if (options.EventCollector && ports.Count == Bdf.DevicesMax * Bdf.FunctionsMax - 1)
            throw new WiringException($"{Path} has {ports.Count} root ports and an event collector: there is no room for {name} on their bus.");
        if (options.PassThrough && ports.Count == 1)
            throw new WiringException($"{Path} passes through to its one root port; it cannot have {name} as well.");
        var port = new RootPort(number, Options) { PortIndex = ports.Count + 1 };
        if (!numbers.TryAdd(number, port))
            throw new WiringException($"{Path} has a root port {number} already.");
        AddChild(name, port);
        ports.Add(port);
        if (Decoders is not null)
            Decoders.Ports = [.. numbers.Keys];
        return port;
    }

    /// <summary>Takes a segment of its own if it was given no place.</summary>
    internal void Locate(int index) => resources ??= HostBridgeResources.Place([.. Enumerable.Repeat(Bdf.BusesMax, index + 1)], 0)[index];

    internal void AttachHost(Connection connection) => host = connection;

    /// <inheritdoc/>
    protected override void OnAttached() => firstDecoder = ReserveChildren(Decoders?.Count ?? 0);

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                OnRequest(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr or MessageKind.IoCompletion or MessageKind.MemoryWrite or MessageKind.DeviceLost or MessageKind.DmaRead or MessageKind.DmaWrite:
            case MessageKind.DmaTranslate or MessageKind.DmaInvalidated:
                Send(ref message, host, new SimTime(message.Time + TrainGap.Tail(message)));
                break;
            case MessageKind.IoRequest:
                OnRegisterAccess(ref message);
                break;
            case MessageKind.ResetControl:
                OnResetControl(ref message);
                break;
            case MessageKind.S2MBISnp or MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData:
                Send(ref message, host, new SimTime(message.Time));
                break;
            case MessageKind.M2SBIRsp or MessageKind.H2DReq or MessageKind.H2DRsp or MessageKind.H2DData:
                OnCoherence(ref message);
                break;
            case MessageKind.HostReady or MessageKind.AnswerLost:
                TellPorts(ref message);
                break;
            case MessageKind.CommitDone:
                OnCommitDone(message);
                break;
            case var _ when MessageKinds.IsDmaAnswer(message.Kind):
                OnDmaCompletion(ref message);
                break;
            default:
                throw Unexpected(message);
        }
    }

    /// <summary>The bridge and its root ports are reset; their links train again.</summary>
    private void OnResetControl(ref Message message)
    {
        var kind = (ResetKind)(message.Argument & ResetControl.KindMask);
        registers.Reset(kind);
        collector?.Reset(kind);
        Decoders?.Reset(kind);
        foreach (LinkedActor port in ports)
        {
            Message copy = message;
            HandOver(port, ref copy);
        }
    }

    private protected override bool PoisonsDecodeErrors => Decoders is { PoisonsErrors: true };

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        digest.Add((ulong)(Decoders?.GlobalControl ?? 0));
        collector?.AppendState(ref digest);
        Routing?.AppendState(ref digest);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        Decoders?.SaveState(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        Decoders?.LoadState(ref from);
    }

    HdmDecoder IHdmDecoderOwner.MakeDecoder(int index)
    {
        var decoder = new TargetDecoder(Decoders!, index, Options, numbers);
        AttachReserved(firstDecoder + index, "decoder" + index, decoder);
        return decoder;
    }

    /// <inheritdoc/>
    private protected override void OnServed()
    {
        while (collector is { HasOutgoing: true })
        {
            Message message = collector.TakeOutgoing();
            if (message.Kind == (byte)MessageKind.ErrorMessage)
                collector.ReceiveError((RasSignal)message.Status, (ushort)message.Argument); // its own, and those of the bridge
            else
                Send(ref message, host);
        }
    }

    private void OnRequest(ref Message message)
    {
        if (message.Status != (byte)AccessStatus.Ok)
        {
            AnswerUnclaimed(ref message, (AccessStatus)message.Status);
            Send(ref message, host, new SimTime(message.Time + TrainGap.Tail(message)));
        }
        else if (Decoders is null)
        {
            if (Has(message, AccessFlags.Traced))
                Explain(Path, null, "passes through: no HDM decoders, one root port", ports.Count == 0 ? null : ports[0].Path);
            if (ports.Count == 0)
                RefuseHere(ref message, AccessStatus.NoDevice);
            else
                HandOver(ports[0], ref message);
        }
        else if (Decoders.Find(message.Address) is { } decoder)
        {
            HandOver(decoder, ref message);
        }
        else
        {
            if (Has(message, AccessFlags.Traced))
                Explain(Path, null, "no committed decoder covers the address", null);
            RefuseHere(ref message, AccessStatus.NoDecoder);
        }
    }

    /// <summary>What goes down by the id of a device; or what a root port could not send, as its link is down.</summary>
    private void OnCoherence(ref Message message)
    {
        AccessStatus reason = AccessStatus.LinkDown;
        if (!IsUnsent(message))
        {
            LinkedActor? port = message.Kind == (byte)MessageKind.M2SBIRsp
                ? Routing?.PortOfBus(CoherenceFields.Id(message))
                : Routing?.PortOfCacheId(CoherenceFields.Id(message));
            if (port is not null && port.LeadsTo(message))
            {
                HandOver(port, ref message);
                return;
            }

            var lost = new Message { Kind = (byte)MessageKind.AnswerLost, Time = message.Time, Port = NoPort, Payload = -1 };
            TellPorts(ref lost);
            reason = AccessStatus.NoCacheId;
            if (message.Kind == (byte)MessageKind.M2SBIRsp)
                CountUnclaimed(AccessStatus.NoBackInvalidate);
        }

        if (AnswerForLost(ref message, reason))
            Send(ref message, host, new SimTime(message.Time));
        else
            DropPayload(ref message);
    }

    /// <summary>The answer to a request of a device: it goes by the requester's bus.</summary>
    private void OnDmaCompletion(ref Message message)
    {
        foreach (LinkedActor port in ports)
        {
            if (!port.Function!.LeadsTo((byte)(message.Agent >> 8)))
                continue;
            HandOver(port, ref message);
            return;
        }

        DropPayload(ref message); // its bus has gone
    }

    /// <summary>What is for all devices below.</summary>
    private void TellPorts(ref Message message)
    {
        if (message.Status != (byte)AccessStatus.Ok)
            return; // nobody below
        foreach (LinkedActor port in ports)
        {
            Message copy = message;
            HandOver(port, ref copy);
        }
    }

    private void RefuseHere(ref Message message, AccessStatus status)
    {
        message.Status = (byte)status;
        OnRequest(ref message);
    }

    private void OnRegisterAccess(ref Message message)
    {
        if (message.Status != (byte)IoStatus.Ok)
        {
            // A root port could not pass it on.
            CompleteIo(ref message, message.Status == (byte)AccessStatus.NoDevice ? IoStatus.Unsupported : IoStatus.LinkDown);
            Send(ref message, host, new SimTime(message.Time));
            return;
        }

        var flags = (IoFlags)message.Flags;
        if ((flags & IoFlags.Configuration) != 0)
        {
            var to = Bdf.OfConfigurationAddress(message.Address);
            if (to.Bus == Resources.FirstBus)
            {
                if (to.PortIndex < ports.Count)
                {
                    HandOverHere(ports[to.PortIndex], ref message);
                    return;
                }

                if (to.PortIndex == ports.Count && Collector is { } function)
                {
                    Serve(ref message, function);
                    Send(ref message, host, new SimTime(message.Time));
                    return;
                }
            }
            else if (ports.Find(p => p.Function!.LeadsTo(to.Bus)) is { } port)
            {
                HandOver(port, ref message);
                return;
            }
        }
        else if (Resources.HasRegister(message.Address))
        {
            message.Address -= Resources.RegisterBase;
            if (ServeComponents(ref message, registers))
                Send(ref message, host, new SimTime(message.Time));
            return;
        }
        else
        {
            foreach (LinkedActor port in ports)
            {
                if (port.Function!.BarAt(message.Address, out ulong offset) == 0)
                {
                    message.Address = offset;
                    HandOverHere(port, ref message);
                    return;
                }

                if (port.Function.Forwards(message.Address))
                {
                    HandOver(port, ref message);
                    return;
                }
            }
        }

        CompleteIo(ref message, IoStatus.Unsupported);
        Send(ref message, host, new SimTime(message.Time));
    }

    private void HandOverHere(LinkedActor port, ref Message message)
    {
        message.Flags |= (ushort)IoFlags.Here;
        HandOver(port, ref message);
    }
}
