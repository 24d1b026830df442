using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>
/// A port: one end of a link, with the transmitter, the credits of the other end's receive buffer, and the queue of what waits for them.
/// </summary>
/// <remarks>
/// Flow control is by credits for each class (with and without data). A message takes a credit when it is sent (a burst one a line) and gives it back when it has left the
/// component it arrived at; credits ride on messages the other way, or go alone when a quarter of the buffer is
/// owed. A burst longer than the buffer goes in parts. What finds no credit waits in the port, and holds its own place in
/// the buffer where it arrived: so pressure reaches back to the host. Waiting is bounded by those buffers.
/// </remarks>
public abstract partial class LinkedActor(FabricOptions options) : FabricActor(options)
{
    private const int LinesOfBurst = 64;
    private const int BufferMax = 4096;
    private const long RideAlong = 10_000_000; // femtoseconds: a few flits
    private PerClass<int> farBuffer;
    private PerClass<int> ownBuffer;
    private PerClass<int> credits;
    private PerClass<int> owed;
    private PerClass<MessageQueue?> waiting;
    private Connection peer;
    private PciFunction? function;
    private bool carriesCache;
    private LinkTiming timing;

    /// <summary>The index of this port in its component; messages that arrive carry it.</summary>
    public int PortIndex { get; internal set; }

    /// <summary>Its PCI function, made when first asked for; null of a bare port.</summary>
    internal PciFunction? Function => function ?? CreateFunction();

    /// <summary>The same, if anyone has asked for it yet.</summary>
    private protected PciFunction? MadeFunction => function;

    /// <summary>All 4,096 bytes of its configuration space, for people and tools that look from outside; null of a bare port.</summary>
    public byte[]? DumpConfiguration() => Function?.Dump();

    /// <summary>What the link is, or null when nothing is attached.</summary>
    public LinkOptions? Link { get; private set; }

    /// <summary>Whether the link carries messages.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Lines of data sent.</summary>
    public long LinesSent { get; private set; }

    /// <summary>Messages sent, all kinds but credits.</summary>
    public long MessagesSent { get; private set; }

    /// <summary>16-byte slots sent.</summary>
    public long SlotsSent => timing.SlotsSent;

    /// <summary>Messages that had to wait for a credit.</summary>
    public long Waited { get; private set; }

    /// <summary>Messages that were lost because the link was down.</summary>
    public long Lost { get; private set; }

    /// <summary>Credits of the other end that this end has not given back yet.</summary>
    public (int Header, int Data) CreditsOwed => (owed[0], owed[1]);

    /// <summary>Messages without data, and lines, that the other end's buffer has room for.</summary>
    public (int Header, int Data) FarBuffer => (farBuffer[0], farBuffer[1]);

    /// <summary>Credits that this end may spend.</summary>
    public (int Header, int Data) CreditsHeld => (credits[0], credits[1]);

    /// <summary>Connects two ports by a link, both ways.</summary>
    public static void Join(Simulation.Simulation simulation, LinkedActor upper, LinkedActor lower, LinkOptions options)
    {
        upper.carriesCache = lower.carriesCache = lower is UpstreamPort or Type2Endpoint;
        lower.isLower = true;
        upper.Attach(simulation.Connect(upper, lower, lower.PortIndex, options.Latency), options, options.UpperBuffer, options.LowerBuffer);
        lower.Attach(simulation.Connect(lower, upper, upper.PortIndex, options.Latency), options, options.LowerBuffer, options.UpperBuffer);
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        digest.Add(LinesSent);
        digest.Add(MessagesSent);
        digest.Add(SlotsSent);
        digest.Add(Waited);
        digest.Add(Lost);
        function?.AppendState(ref digest);
        Routing?.AppendState(ref digest);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteBool(IsUp);
        to.WriteInt64(LinesSent);
        to.WriteInt64(MessagesSent);
        to.WriteInt64(SlotsSent);
        to.WriteInt64(Waited);
        to.WriteInt64(Lost);
        for (int i = 0; i < MessageKinds.CreditedClasses; i++)
        {
            to.WriteInt32(credits[i]);
            to.WriteInt32(owed[i]);
        }

        SaveCoherence(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        IsUp = from.ReadBool();
        LinesSent = from.ReadInt64();
        MessagesSent = from.ReadInt64();
        timing.SlotsSent = from.ReadInt64();
        Waited = from.ReadInt64();
        Lost = from.ReadInt64();
        for (int i = 0; i < MessageKinds.CreditedClasses; i++)
        {
            credits[i] = from.ReadInt32();
            owed[i] = from.ReadInt32();
        }

        LoadCoherence(ref from);
    }

    /// <inheritdoc/>
    protected override ulong Warm() => base.Warm() + (ulong)(timing.SlotsSent + credits[0] + LinesSent + peer.Destination);

    private PciFunction? CreateFunction()
    {
        function = MakeFunction();
        TellFunction();
        return function;
    }

    private protected void TellFunction() => function?.SetLink(IsUp ? Link!.Speed : null, carriesCache);

    /// <summary>Makes its PCI function, once the link is known.</summary>
    private protected virtual PciFunction? MakeFunction() => null;

    /// <summary>Whether a register access is to the function of this port. Else, one to configuration space that ends on the bus below becomes one of type 0.</summary>
    private protected bool IsHere(ref Message message)
    {
        var flags = (IoFlags)message.Flags;
        if ((flags & IoFlags.Here) != 0)
        {
            message.Flags &= unchecked((ushort)~IoFlags.Here);
            return true;
        }

        if ((flags & IoFlags.Configuration) != 0 && Bdf.OfConfigurationAddress(message.Address).Bus == Function!.SecondaryBus)
            message.Flags |= (ushort)IoFlags.Type0;
        return false;
    }

    /// <summary>The port of this component at which a message arrived; null if it came from within, or over something without credits.</summary>
    protected abstract LinkedActor? PortAt(int index);

    /// <summary>Takes back a message that the link cannot carry because it is down or leads nowhere. It still holds its place in the buffer where it arrived.</summary>
    protected abstract void OnCannotSend(ref Message message, AccessStatus status);

    /// <summary>What the link does with a message of its own, or of the component's: credits that came, credits to return, up and down. True if that was all.</summary>
    protected bool HandleLinkMessage(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.LinkCredit:
                TakeCredits(ref message);
                if (message.Argument != 0)
                    TakeCoherentCredits(message.Argument);
                return true;
            case MessageKind.ExchangeDone:
                Function!.CompleteExchange(message.Argument);
                SendOutgoing();
                return true;
            case MessageKind.BufferFreed:
                GiveBack(message.Class, message.Length);
                return true;
            case MessageKind.CommitDone:
                OnCommitDone(message);
                return true;
            default:
                return HandleStateMessage(ref message);
        }
    }

    private void Attach(Connection connection, LinkOptions options, (int Headers, int Lines) own, (int Headers, int Lines) far)
    {
        if (Link is not null)
            throw new WiringException($"{Path} has a link already.");
        if (own.Headers is < 1 or > BufferMax || own.Lines is < 1 or > BufferMax)
            throw new WiringException($"The port {Path} has buffers for {own.Headers} headers and {own.Lines} lines; 1 to {BufferMax} are possible.");
        peer = connection;
        Link = options;
        IsUp = true;
        timing = new LinkTiming(options.Speed);
        (ownBuffer[0], ownBuffer[1]) = own;
        (farBuffer[0], farBuffer[1]) = far;
        credits = farBuffer;
    }
}
