using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The upstream port of a switch: its HDM decoders choose the downstream port of what comes down; what comes back up leaves by its link.</summary>
public sealed class UpstreamPort : LinkedActor, IHdmDecoderOwner
{
    private readonly Switch owner;
    private int firstDecoder;

    internal UpstreamPort(Switch owner, SwitchOptions options, FabricOptions fabric)
        : base(fabric)
    {
        this.owner = owner;
        Decoders = new HdmDecoderCapability(ComponentKind.UpstreamPort, options.HdmCapability, true, fabric.Commit, this);
    }

    /// <summary>The HDM decoder capability.</summary>
    public HdmDecoderCapability Decoders { get; }

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
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                TakeCredits(ref message);
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
            case MessageKind.S2MDrs or MessageKind.S2MNdr or MessageKind.IoCompletion:
                Transmit(ref message);
                break;
            case MessageKind.IoRequest:
                OnRegisterAccess(ref message);
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
            CompleteIo(ref message, message.Status == (byte)AccessStatus.NoDevice ? IoStatus.Unsupported : IoStatus.LinkDown, uint.MaxValue);
            Transmit(ref message);
            return;
        }

        TakeCredits(ref message);
        IoAccess access = Record<IoAccess>(message);
        int hop = (int)message.Argument;
        if (hop < access.Route.Length)
        {
            int port = access.Route[hop];
            message.Argument++;
            if (port > 0 && port < owner.Ports.Count)
            {
                HandOver(owner.Ports[port], ref message);
                return;
            }

            CompleteIo(ref message, IoStatus.Unsupported, uint.MaxValue);
        }
        else if (access.Space == RegisterSpace.HdmDecoder && Decoders.Owner(access.Offset) is { } decoder)
        {
            HandOver(decoder, ref message);
            return;
        }
        else
        {
            (IoStatus status, uint value) = access.Space == RegisterSpace.HdmDecoder ? Decoders.Access(access) : (IoStatus.Unsupported, uint.MaxValue);
            CompleteIo(ref message, status, value);
        }

        Transmit(ref message);
    }
}
