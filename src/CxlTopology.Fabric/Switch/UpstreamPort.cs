using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The upstream port of a switch: its HDM decoders choose the downstream port of what comes down; what comes back up leaves by its link.</summary>
public sealed partial class UpstreamPort : LinkedActor, IHdmDecoderOwner, IPathOwner
{
    private readonly Switch owner;
    private int firstDecoder;

    internal UpstreamPort(Switch owner, SwitchOptions options, FabricOptions fabric)
        : base(fabric)
    {
        this.owner = owner;
        Decoders = new HdmDecoderCapability(ComponentKind.UpstreamPort, options.HdmCapability, true, fabric.Commit, this, options.CommitTime);
    }

    /// <summary>The HDM decoder capability.</summary>
    public HdmDecoderCapability Decoders { get; }

    private protected override PciFunction MakeFunction() => PciFunction.Port(
        ComponentRole.UpstreamPort, 0, Link, 1, owner.PathOptions with { Owner = this }, Decoders, owner.Describe);

    IReadOnlyDictionary<byte, LinkedActor> IPathOwner.PathTargets => owner.Numbers;

    /// <inheritdoc/>
    protected override ulong Warm() => base.Warm() + Decoders.Warm();

    /// <inheritdoc/>
    protected override void OnAttached() => firstDecoder = ReserveChildren(Decoders.Count);

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD when message.Status != (byte)AccessStatus.Ok:
                Refuse(ref message, (AccessStatus)message.Status);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD when !IsUp:
                TakeCredits(ref message);
                Lose(ref message);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                TakeCredits(ref message);
                if (Has(message, AccessFlags.Poison))
                    NotePoison(message);
                if (Decoders.Find(message.Address) is { } decoder)
                {
                    HandOver(decoder, ref message);
                }
                else
                {
                    if (Has(message, AccessFlags.Traced))
                        Explain(Path, null, "no committed decoder covers the address", null);
                    Refuse(ref message, AccessStatus.NoDecoder);
                }

                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr or MessageKind.IoCompletion or MessageKind.MemoryWrite or MessageKind.DeviceLost or MessageKind.DmaRead or MessageKind.DmaWrite:
            case MessageKind.DmaTranslate or MessageKind.DmaInvalidated:
            case MessageKind.S2MBISnp or MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData:
                Transmit(ref message);
                break;
            case MessageKind.M2SBIRsp or MessageKind.H2DReq or MessageKind.H2DRsp or MessageKind.H2DData:
                OnCoherence(ref message);
                break;
            case MessageKind.HostReady or MessageKind.AnswerLost:
                TellPorts(ref message);
                break;
            case MessageKind.ErrorMessage:
                if (Function!.PassesError((RasSignal)message.Status))
                    Transmit(ref message);
                break;
            case MessageKind.IoRequest:
                OnRegisterAccess(ref message);
                break;
            case MessageKind.ResetControl:
                OnResetControl(message.Argument);
                break;
            case var _ when MessageKinds.IsDmaAnswer(message.Kind):
                OnDmaCompletion(ref message);
                break;
            default:
                if (!HandleLinkMessage(ref message))
                    throw Unexpected(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override LinkedActor? PortAt(int index) => owner.PortAt(index);

    /// <inheritdoc/>
    protected override void OnCannotSend(ref Message message, AccessStatus status) => Lose(ref message);

    /// <inheritdoc/>
    private protected override void SendUp(ref Message message) => Transmit(ref message);

    private protected override bool PoisonsDecodeErrors => Decoders.PoisonsErrors;

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        digest.Add((ulong)Decoders.GlobalControl);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        Decoders.SaveState(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        Decoders.LoadState(ref from);
    }

    HdmDecoder IHdmDecoderOwner.MakeDecoder(int index)
    {
        var decoder = new TargetDecoder(Decoders, index, Options, owner.Numbers);
        AttachReserved(firstDecoder + index, "decoder" + index, decoder);
        return decoder;
    }

    /// <summary>What goes down by the id of a device; or what a port could not send, as its link is down.</summary>
    private void OnCoherence(ref Message message)
    {
        if (!IsUnsent(message))
        {
            TakeCredits(ref message);
            if (!IsUp)
            {
                Lose(ref message);
                return;
            }

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
            if (message.Kind == (byte)MessageKind.M2SBIRsp)
                CountUnclaimed(AccessStatus.NoBackInvalidate);
            AnswerFor(ref message, AccessStatus.NoCacheId);
            return;
        }

        AnswerFor(ref message, AccessStatus.LinkDown);
    }

    /// <summary>Answers what finds no way down, for its device.</summary>
    private void AnswerFor(ref Message message, AccessStatus reason)
    {
        if (AnswerForLost(ref message, reason))
            Transmit(ref message);
        else
            Lose(ref message);
    }

    /// <summary>The answer to a request of a device: it goes by the requester's bus.</summary>
    private void OnDmaCompletion(ref Message message)
    {
        TakeCredits(ref message);
        for (int i = 1; IsUp && i < owner.Ports.Count; i++)
        {
            if (!owner.Ports[i].Function!.LeadsTo((byte)(message.Agent >> 8)))
                continue;
            HandOver(owner.Ports[i], ref message);
            return;
        }

        Lose(ref message);
    }

    /// <summary>What is for all devices below.</summary>
    private void TellPorts(ref Message message)
    {
        if (message.Status != (byte)AccessStatus.Ok)
            return; // nobody below
        for (int i = 1; i < owner.Ports.Count; i++)
        {
            Message copy = message;
            HandOver(owner.Ports[i], ref copy);
        }
    }

    private void Refuse(ref Message message, AccessStatus reason)
    {
        Leave(ref message);
        AnswerUnclaimed(ref message, reason);
        Transmit(ref message);
    }

    private void OnRegisterAccess(ref Message message)
    {
        if (message.Status != (byte)IoStatus.Ok)
        {
            // A downstream port could not pass it on.
            CompleteIo(ref message, message.Status == (byte)AccessStatus.NoDevice ? IoStatus.Unsupported : IoStatus.LinkDown);
            Transmit(ref message);
            return;
        }

        TakeCredits(ref message);
        if (!IsUp)
        {
            Lose(ref message);
            return;
        }

        var flags = (IoFlags)message.Flags;
        if ((flags & IoFlags.Configuration) != 0)
        {
            OnConfiguration(ref message, (flags & IoFlags.Type0) != 0);
            return;
        }

        if (Function!.BarAt(message.Address, out ulong offset) == 0)
        {
            message.Address = offset;
            ServeHere(ref message);
            return;
        }

        bool isBelow = Function!.Forwards(message.Address);
        for (int i = 1; isBelow && i < owner.Ports.Count; i++)
        {
            LinkedActor port = owner.Ports[i];
            if (port.Function!.BarAt(message.Address, out offset) == 0)
            {
                message.Address = offset;
                message.Flags |= (ushort)IoFlags.Here;
                HandOver(port, ref message);
                return;
            }

            if (port.Function!.Forwards(message.Address))
            {
                HandOver(port, ref message);
                return;
            }
        }

        CompleteIo(ref message, IoStatus.Unsupported);
        Transmit(ref message);
    }

    /// <summary>A configuration request: to this port, to a downstream port on the bus inside the switch, or on to what is below one.</summary>
    private void OnConfiguration(ref Message message, bool isType0)
    {
        var to = Bdf.OfConfigurationAddress(message.Address);
        if (isType0 && to is { Device: 0, Function: 0 })
        {
            ServeHere(ref message);
            return;
        }

        if (!isType0 && to.Bus == Function!.SecondaryBus && to.PortIndex + 1 < owner.Ports.Count)
        {
            message.Flags |= (ushort)IoFlags.Here;
            HandOver(owner.Ports[to.PortIndex + 1], ref message);
            return;
        }

        for (int i = 1; !isType0 && i < owner.Ports.Count; i++)
        {
            if (!owner.Ports[i].Function!.LeadsTo(to.Bus))
                continue;
            HandOver(owner.Ports[i], ref message);
            return;
        }

        CompleteIo(ref message, IoStatus.Unsupported);
        Transmit(ref message);
    }

    private void ServeHere(ref Message message)
    {
        if (Serve(ref message, Function!))
            Transmit(ref message);
    }
}
