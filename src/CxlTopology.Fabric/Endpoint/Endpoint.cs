using System.Globalization;
using System.Numerics;
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
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queue, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queue, ushort.MaxValue);
        Media = new Media(options.Media, fabric);
        Decoders = new HdmDecoderCapability(ComponentKind.Endpoint, options.HdmCapability, options.BackInvalidate, fabric.Commit, this, options.CommitTime) { DpaCapacity = options.Capacity.Bytes };
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

    private protected override PciFunction MakeFunction()
    {
        var made = PciFunction.Endpoint(Configuration, options.SerialNumber, Link, Decoders, Describe);
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
                RefuseBack(ref message);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD when !IsUp || memoryOff:
                TakeCredits(ref message);
                Lose(ref message);
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
            case MessageKind.MediaReady:
                if (readiness.Arrive(message.Argument))
                    TellMedia();
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
        message.Credits = epoch;
        GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        message.Port = NoPort;
        ulong hpa = message.Address;
        if (!readiness.Active || strict && ((Control & MemEnable) == 0 || !Decoders.Enabled))
            AcceptWithoutDecoders(ref message);
        else if (Decoders.Find(hpa) is { } decoder)
            HandOver(decoder, ref message);
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

    /// <summary>Decodes by the ranges of the device DVSEC.</summary>
    private void RouteByRange(ref Message message, AccessStatus otherwise)
    {
        ulong first = Bursts.FirstLine(message);
        if (!Function!.TryRange(first, out ulong dpa))
        {
            RefuseBack(ref message, otherwise);
            return;
        }

        // The lines of a page that follow each other stay together; with holes between them each goes alone.
        if (message.Length > 1 && BitOperations.PopCount(message.Argument) != 64 - BitOperations.LeadingZeroCount(message.Argument) - BitOperations.TrailingZeroCount(message.Argument))
        {
            int line = DetachLines(ref message);
            for (ulong rest = message.Argument; rest != 0;)
            {
                Message single = TakeLine(message, ref rest, ref line);
                RouteByRange(ref single, otherwise);
            }

            return;
        }

        message.Time += Options.DecodeLatency.Femtoseconds;
        if (dpa >= Capacity.Bytes || Capacity.Bytes - dpa < (ulong)message.Length * PayloadBytes)
        {
            RefuseBack(ref message, AccessStatus.DpaOutOfRange);
            return;
        }

        if (Has(message, AccessFlags.Traced))
        {
            Explain(Path, null, string.Create(CultureInfo.InvariantCulture, $"HDM decoders are disabled; a DVSEC range holds 0x{first:x}"),
                "DPA 0x" + dpa.ToString("x", CultureInfo.InvariantCulture), ("memEnable", 1UL), ("hdmEnable", 0UL));
        }

        message.Address = dpa;
        HandOver(Media, ref message);
    }

    /// <summary>Memory comes up, from the beginning.</summary>
    private void BeginMedia()
    {
        foreach ((ulong step, SimDuration after) in readiness.Begin())
        {
            var due = new Message { Kind = (byte)MessageKind.MediaReady, Argument = step, Payload = -1 };
            Schedule(ref due, after);
        }

        TellMedia();
    }

    private void TellMedia()
    {
        MadeFunction?.SetMedia(readiness.InfoValid, readiness.Active);
        deviceRegisters?.SetMedia(readiness.Active ? MediaStatus.Ready : MediaStatus.NotReady);
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

    private void OnRegisterAccess(ref Message message)
    {
        if (!IsUp)
        {
            Lose(ref message);
            return;
        }

        if (quiet is not null)
        {
            AnswerInReset(ref message);
            return;
        }

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
        port.SetMedia(readiness.Active ? MediaStatus.Ready : MediaStatus.NotReady);
        return port;
    }
}
