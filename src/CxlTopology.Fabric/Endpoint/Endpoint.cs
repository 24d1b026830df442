using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>An endpoint with memory: its port, its HDM decoders, its medium.</summary>
/// <remarks>
/// A request is accepted from the receive buffer while fewer than <see cref="EndpointOptions.Queue"/> lines are in service; the decoder that claims it turns the host address into a device
/// address and hands it to the medium. Strict: nothing answers before Mem_Enable (device DVSEC control) and HDM Decoder Enable are set.
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
    private DeviceRegisterPort? deviceRegisters;
    private ulong command;

    private protected Endpoint(EndpointOptions options, FabricOptions fabric)
        : base(fabric)
    {
        this.options = options;
        queue = options.Queue;
        strict = fabric.Commit == CommitProfile.Strict;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queue, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queue, ushort.MaxValue);
        Media = new Media(options.Media, fabric);
        Decoders = new HdmDecoderCapability(ComponentKind.Endpoint, options.HdmCapability, options.BackInvalidate, fabric.Commit, this) { DpaCapacity = options.Capacity.Bytes };
        AddChild("media", Media);
    }

    /// <summary>2 or 3.</summary>
    public abstract int DeviceType { get; }

    /// <summary>What its configuration space is built from.</summary>
    private protected abstract EndpointConfigSpaceOptions Configuration { get; }

    /// <summary>Memory.</summary>
    public ByteSize Capacity => options.Capacity;

    /// <summary>The HDM decoder capability.</summary>
    public HdmDecoderCapability Decoders { get; }

    /// <summary>The medium.</summary>
    public Media Media { get; }

    /// <summary>Control register of the device DVSEC.</summary>
    public ushort Control { get; private set; } = IoEnable;

    private protected override PciFunction MakeFunction() => PciFunction.Endpoint(Configuration, options.SerialNumber, Link, Decoders, Describe);

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
            case MessageKind.M2SReq or MessageKind.M2SRwD when Coherence is not null:
                TakeCredits(ref message);
                OnCoherentRequest(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr when Coherence is not null:
                OnCoherentAnswer(ref message);
                break;
            case MessageKind.M2SBIRsp or MessageKind.H2DReq or MessageKind.H2DRsp or MessageKind.H2DData:
                OnCoherence(ref message);
                break;
            case MessageKind.S2MBISnp or MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData:
                Transmit(ref message);
                break;
            case MessageKind.HostReady:
                if (Accelerator is not null)
                    HandOver(Accelerator, ref message);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                TakeCredits(ref message);
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
            default:
                if (!HandleLinkMessage(ref message))
                    throw Unexpected(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnCannotSend(ref Message message, AccessStatus status) => Lose(ref message);

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        digest.Add((ulong)Control);
        digest.Add((ulong)Decoders.GlobalControl);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteUInt16(Control);
        Decoders.SaveState(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        Control = from.ReadUInt16();
        Decoders.LoadState(ref from);
    }

    HdmDecoder IHdmDecoderOwner.MakeDecoder(int index)
    {
        var decoder = new DeviceDecoder(Decoders, index, Options, Media);
        AttachReserved(firstDecoder + index, "decoder" + index, decoder);
        return decoder;
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
        GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        message.Port = NoPort;
        ulong hpa = message.Address;
        if (strict && ((Control & MemEnable) == 0 || !Decoders.Enabled))
        {
            message.Status = (byte)AccessStatus.MemoryDisabled;
            RefuseBack(ref message);
        }
        else if (Decoders.Find(hpa) is { } decoder)
        {
            HandOver(decoder, ref message);
        }
        else
        {
            message.Status = (byte)AccessStatus.NoEndpointDecoder;
            RefuseBack(ref message);
        }
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
        Transmit(ref message);
        while (waitingRequests is { Count: > 0 } && inService + waitingRequests.Peek().Length <= Math.Max(queue, waitingRequests.Peek().Length))
        {
            Message waiting = waitingRequests.Dequeue();
            waiting.Time = Now.Femtoseconds;
            Accept(ref waiting);
        }
    }

    private void OnRegisterAccess(ref Message message)
    {
        var flags = (IoFlags)message.Flags;
        bool served = true;
        if ((flags & IoFlags.Configuration) != 0)
        {
            bool isHere = (flags & IoFlags.Type0) != 0 && Bdf.OfConfigurationAddress(message.Address) is { Device: 0, Function: 0 };
            if (!isHere)
                CompleteIo(ref message, IoStatus.Unsupported);
            served = !isHere || Serve(ref message, Function!);
            Control = Function!.DeviceControl;
        }
        else
        {
            int bar = Function!.BarAt(message.Address, out ulong offset);
            message.Address = offset;
            if (bar == 0 && offset - Function.ComponentOffset < HostBridgeResources.RegisterBytes)
            {
                message.Address -= Function.ComponentOffset;
                served = Serve(ref message, Function);
            }
            else if (bar == PciFunction.VectorBar && Function.Vectors is { } vectors)
            {
                ServeVectors(ref message, vectors, (int)offset);
            }
            else if (bar == Function.DeviceBar)
            {
                ServeDevice(ref message);
            }
            else
            {
                CompleteIo(ref message, IoStatus.Unsupported);
            }
        }

        if (served)
            Transmit(ref message);
    }

    /// <summary>The MSI-X table and its pending bits.</summary>
    private void ServeVectors(ref Message message, RegisterBank vectors, int offset)
    {
        var flags = (IoFlags)message.Flags;
        int bytes = IoWidth.Of(flags);
        if (!vectors.Layout.Accepts(offset, bytes))
        {
            CompleteIo(ref message, IoStatus.Unsupported);
        }
        else if ((flags & IoFlags.Write) == 0)
        {
            CompleteIo(ref message, IoStatus.Ok, vectors.Read(offset, bytes));
        }
        else
        {
            vectors.Write(offset, bytes, message.Argument);
            CompleteIo(ref message, IoStatus.Ok, 0);
        }
    }

    /// <summary>Device registers: status, mailbox, memory device status.</summary>
    private void ServeDevice(ref Message message)
    {
        var flags = (IoFlags)message.Flags;
        int bytes = IoWidth.Of(flags);
        DeviceRegisterPort device = deviceRegisters ??= MakeDeviceRegisters();
        if (!device.Layout.Registers.Accepts((long)message.Address, bytes))
        {
            CompleteIo(ref message, IoStatus.Unsupported);
        }
        else if ((flags & IoFlags.Write) == 0)
        {
            CompleteIo(ref message, IoStatus.Ok, device.Read((int)message.Address, bytes));
        }
        else
        {
            if (device.Write((int)message.Address, bytes, message.Argument))
            {
                var done = new Message { Kind = (byte)MessageKind.CommandDone, Argument = ++command, Payload = -1 };
                Schedule(ref done, Options.CommandLatency);
            }

            CompleteIo(ref message, IoStatus.Ok, 0);
        }
    }

    private void OnCommandDone(ulong number)
    {
        const int DataOffset = 8; // of a Clear Poison, behind the address
        if (number != command || deviceRegisters is not { Executing: true } device)
            return; // it was dropped by a reset
        byte[] payload = device.Payload.ToArray();
        MailboxResult result = device.Complete((ulong)(Now.Femtoseconds / 1_000_000));
        if (result.Effect == MailboxEffect.PoisonInjected)
            Media.Poison(result.Dpa);
        else if (result.Effect == MailboxEffect.PoisonCleared)
            Media.Replace(result.Dpa, payload.AsSpan(DataOffset, PayloadBytes));
    }

    private DeviceRegisterPort MakeDeviceRegisters()
    {
        var port = new DeviceRegisterPort(DeviceRegisterLayout.For(), new MemoryDeviceMailbox(new MemoryDeviceOptions
        {
            TotalCapacity = options.Capacity,
            VolatileOnly = options.Volatile,
            PersistentOnly = new ByteSize(options.Capacity.Bytes - options.Volatile.Bytes),
        }));
        port.SetMedia(MediaStatus.Ready);
        return port;
    }
}
