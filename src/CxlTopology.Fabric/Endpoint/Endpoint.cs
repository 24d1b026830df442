using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>An endpoint with memory: its port, its HDM decoders, its medium.</summary>
/// <remarks>
/// A request is accepted from the receive buffer while fewer than <see cref="EndpointOptions.Queue"/> lines are in service; the decoder that claims it turns the host address into a device
/// address and hands it to the medium. Strict: nothing answers before Mem_Enable (device DVSEC control) is set; while HDM Decoder Enable is clear the device decodes by its DVSEC ranges,
/// one-way, the second one's memory behind that of the first. Memory that is not up yet (<see cref="EndpointOptions.MediaReady"/>) does not answer.
/// </remarks>
public abstract partial class Endpoint : LinkedActor, IHdmDecoderOwner
{
    private const int PayloadBytes = 64;
    private const ushort IoEnable = 2;
    private const ushort MemEnable = 4;
    private readonly EndpointOptions options;
    private readonly int queue;
    private readonly bool strict;
    private MessageQueue? waitingRequests;
    private int firstDecoder;
    private int inService;
    private bool viral; // all data that leaves is poisoned
    private DeviceRegisterPort? deviceRegisters;
    private ulong command;
    private readonly MediaReadiness readiness;

    private protected Endpoint(EndpointOptions options, FabricOptions fabric)
        : base(fabric)
    {
        this.options = options;
        readiness = new MediaReadiness(options.MediaReady);
        queue = options.Queue;
        strict = fabric.Commit == CommitProfile.Strict;
        further = MakeFurther(this, options.Functions);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queue, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queue, ushort.MaxValue);
        Media = new Media(options.Media, fabric);
        Decoders = new HdmDecoderCapability(ComponentKind.Endpoint, options.HdmCapability, options.BackInvalidate, fabric.Commit, this, options.CommitTime) { DpaCapacity = options.Capacity.Bytes };
        AddChild("media", Media);
    }

    /// <summary>2 or 3.</summary>
    public abstract int DeviceType { get; }

    /// <summary>What it was built from.</summary>
    private protected EndpointOptions Built => options;

    /// <summary>What its configuration space is built from: asked for when that is first touched.</summary>
    private protected abstract EndpointConfigSpaceOptions Configuration { get; }

    /// <summary>Memory.</summary>
    public ByteSize Capacity => options.Capacity;

    /// <summary>The HDM decoder capability.</summary>
    public HdmDecoderCapability Decoders { get; }

    /// <summary>The medium.</summary>
    public Media Media { get; }

    /// <summary>Control register of the device DVSEC.</summary>
    public ushort Control { get; private set; } = IoEnable;

    private protected override PciFunction MakeFunction()
    {
        var made = PciFunction.Endpoint(
            WithFurther(Configuration), options.SerialNumber, Link, Decoders, Describe, new CoherencePathOptions { BackInvalidate = Decoders.BackInvalidate, CommitTime = options.CommitTime, IsStrict = strict });
        made.SetMedia(readiness.InfoValid, readiness.Active);
        return made;
    }

    /// <summary>What the device tells software of its memory: ranges, latencies and bandwidths from its pins on.</summary>
    private Cdat Describe()
    {
        SimDuration latency = (Link?.LowerPort ?? SimDuration.Zero) + Options.DecodeLatency + options.Media.Controller + options.Media.Latency;
        uint bandwidth = (uint)Math.Clamp(options.Media.BytesPerSecond / 1_000_000, 1, CdatScale.ValueMax);
        var performance = new MemoryPerformance(Picoseconds(latency), Picoseconds(latency), bandwidth, bandwidth);
        ulong persistent = options.Capacity.Bytes - options.Volatile.Bytes;
        var ranges = new List<DeviceMemoryRange>();
        DsmasFlags coherent = options.BackInvalidate ? DsmasFlags.HardwareCoherent : DsmasFlags.None;
        if (options.Volatile.Bytes != 0)
            ranges.Add(new DeviceMemoryRange { Handle = 0, Base = default, Length = options.Volatile, Flags = coherent, Performance = performance });
        if (persistent != 0)
        {
            ranges.Add(new DeviceMemoryRange
            {
                Handle = 1,
                Base = new Dpa(options.Volatile.Bytes),
                Length = new ByteSize(persistent),
                Flags = coherent | DsmasFlags.NonVolatile,
                Performance = performance,
            });
        }

        return DeviceCdat.Of(ranges, isInitiator: DeviceType == 2);
    }

    /// <inheritdoc/>
    protected override void OnAttached() => firstDecoder = ReserveChildren(Decoders.Count);

    /// <inheritdoc/>
    protected override void OnStart() => BeginMedia();

    /// <inheritdoc/>
    protected override ulong Warm() => base.Warm() + Decoders.Warm() + Media.WarmUp() + (ulong)inService;

    /// <inheritdoc/>
    protected override LinkedActor? PortAt(int index) => index == PortIndex ? this : null;

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD when message.Status != (byte)AccessStatus.Ok:
                if (Has(message, AccessFlags.Local))
                    RefuseLocal(ref message);
                else
                    RefuseBack(ref message);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD when !IsUp || memoryOff:
                TakeCredits(ref message);
                Lose(ref message);
                if (IsUp)
                    TellLoss();
                break;
            case MessageKind.M2SReq when CoherenceFields.IsHint(message):
                TakeCredits(ref message);
                GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD when Coherence is not null:
                TakeCredits(ref message);
                NoteData(message);
                OnCoherentRequest(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr when Coherence is not null:
                OnCoherentAnswer(ref message);
                break;
            case MessageKind.M2SBIRsp or MessageKind.H2DReq or MessageKind.H2DRsp or MessageKind.H2DData:
                OnCoherence(ref message);
                break;
            case MessageKind.S2MBISnp or MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData or MessageKind.DeviceLost:
                Transmit(ref message);
                break;
            case MessageKind.DmaRead or MessageKind.DmaWrite or MessageKind.DmaTranslate or MessageKind.DmaInvalidated:
                OnEngineRequest(ref message);
                break;
            case MessageKind.HostReady:
                if (Accelerator is not null && IsUp && underway is null)
                    HandOver(Accelerator, ref message);
                break;
            case MessageKind.AnswerLost:
                if (Coherence is not null)
                    HandOver(Coherence, ref message);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                TakeCredits(ref message);
                NoteData(message);
                OnRequest(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr:
                OnDone(ref message);
                break;
            case MessageKind.IoRequest:
                TakeCredits(ref message);
                OnRegisterAccess(ref message);
                break;
            case MessageKind.IoCompletion:
                Transmit(ref message);
                break;
            case MessageKind.CommandDone:
                OnCommandDone(message.Argument);
                break;
            case MessageKind.MediaReady:
                if (readiness.Arrive(message.Argument))
                    TellMedia();
                break;
            case var _ when MessageKinds.IsDmaAnswer(message.Kind):
                OnEngineAnswer(ref message);
                break;
            default:
                if (!HandleLinkMessage(ref message) && !HandleResetMessage(ref message))
                    throw Unexpected(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnCannotSend(ref Message message, AccessStatus status) => Lose(ref message);

    /// <inheritdoc/>
    private protected override void SendUp(ref Message message) => Transmit(ref message);

    private protected override bool PoisonsDecodeErrors => Decoders.PoisonsErrors;

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        digest.Add((ulong)Control);
        digest.Add((ulong)Decoders.GlobalControl);
        foreach (DeviceFunction function in further)
            function.AppendState(ref digest);
        if (LogicalResets != 0)
            digest.Add(LogicalResets);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteUInt16(Control);
        Decoders.SaveState(to);
        to.WriteInt64(LogicalResets);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        Control = from.ReadUInt16();
        Decoders.LoadState(ref from);
        LogicalResets = from.ReadInt64();
    }

    HdmDecoder IHdmDecoderOwner.MakeDecoder(int index)
    {
        var decoder = new DeviceDecoder(Decoders, index, Options, Media);
        AttachReserved(firstDecoder + index, "decoder" + index, decoder);
        return decoder;
    }

    private void NoteData(in Message message)
    {
        if (!Has(message, AccessFlags.Poison))
            return;
        NotePoison(message);
        viral = Function!.IsViral;
    }

    private void OnRequest(ref Message message)
    {
        if (inService + message.Length > Math.Max(queue, message.Length) || waitingRequests is { Count: > 0 })
        {
            (waitingRequests ??= new MessageQueue(ushort.MaxValue)).Enqueue(ref message);
            return;
        }

        Accept(ref message);
    }

    private void Accept(ref Message message)
    {
        inService += message.Length;
        message.Credits = epoch;
        GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        message.Port = NoPort;
        ulong hpa = message.Address;
        if (!readiness.Active || strict && ((Control & MemEnable) == 0 || !Decoders.Enabled))
            AcceptWithoutDecoders(ref message);
        else if (Decoders.Find(hpa) is { } decoder)
        {
            if (generations is not null)
                message.Credits = EpochOf(decoder, Bursts.FirstLine(message));
            HandOver(decoder, ref message);
        }
        else if (strict || Decoders.Enabled || (Control & MemEnable) == 0)
            RefuseBack(ref message, AccessStatus.NoEndpointDecoder);
        else
            RouteByRange(ref message, AccessStatus.NoEndpointDecoder);
    }

    private void AcceptWithoutDecoders(ref Message message)
    {
        if (strict && (Control & MemEnable) == 0)
            RefuseBack(ref message, AccessStatus.MemoryDisabled);
        else if (!readiness.Active)
            RefuseBack(ref message, AccessStatus.MediaNotReady);
        else
            RouteByRange(ref message, AccessStatus.MemoryDisabled);
    }

    private void RefuseBack(ref Message message, AccessStatus reason)
    {
        message.Status = (byte)reason;
        RefuseBack(ref message);
    }

    /// <summary>Completes a request that no decoder of this endpoint can serve.</summary>
    private void RefuseBack(ref Message message)
    {
        var reason = (AccessStatus)message.Status;
        if (Has(message, AccessFlags.Traced))
            Explain(Path, null, $"completed: {reason}", null, ("memEnable", (ulong)(Control & MemEnable) >> 2), ("hdmEnable", Decoders.Enabled ? 1UL : 0));
        AnswerUnclaimed(ref message, reason);
        OnDone(ref message);
    }

    private void OnDone(ref Message message)
    {
        inService -= message.Length;
        message.Port = NoPort;
        if (viral && message.Kind == (byte)MessageKind.S2MDrs)
        {
            message.Flags |= (ushort)AccessFlags.Poison;
            message.Status = (byte)(message.Status == (byte)AccessStatus.Ok ? AccessStatus.Poisoned : (AccessStatus)message.Status);
        }

        if (IsOverdue(message))
            Lose(ref message);
        else
            Transmit(ref message);
        while (waitingRequests is { Count: > 0 } && inService + waitingRequests.Peek().Length <= Math.Max(queue, waitingRequests.Peek().Length))
        {
            Message waiting = waitingRequests.Dequeue();
            waiting.Time = Now.Femtoseconds;
            Accept(ref waiting);
        }
    }
}
