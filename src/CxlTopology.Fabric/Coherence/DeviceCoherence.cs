using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>
/// The coherence engine of a device (DCOH): its cache, the snoop filter or bias of its memory, and the order of everything that touches a line of either.
/// </summary>
/// <remarks>
/// A child of its endpoint. Accesses of the device's own engines come with <see cref="AccessFlags.Local"/>, requests of the host without. One transaction a line is served at a time; what may
/// not wait is served beside it: data written back by the host, and reads of the host while a request of the device's own is on its way to the host.
/// </remarks>
public sealed partial class DeviceCoherence : CoherenceEngine
{
    private readonly DeviceCoherenceOptions options;
    private readonly HdmDecoderCapability decoders;
    private readonly CacheArray? filter;
    private readonly LineMap own = new(); // transactions of accesses, evictions, recalls and flushes, by line
    private readonly LineMap host = new(); // requests of the host that are being served, by line
    private readonly LineMap flipped = new(); // pages whose bias is not the initial one
    private OwnMemoryRange[] memory; // an array: the enumerator of a list would be an object each time
    private const int LearnedMax = 64; // ranges of memory that nobody has named
    private bool allocates = true;
    private ulong judged = ulong.MaxValue; // the line that was asked about last, and whether it is the device's own
    private bool isJudgedOwn;

    internal DeviceCoherence(DeviceCoherenceOptions options, HdmDecoderCapability decoders, FabricOptions fabric)
        : base(fabric, options.HasCache ? options.Cache : null, options.KeepsLog, options.Fault)
    {
        this.options = options;
        if (options.SnoopLines is not (1 or 2 or 4))
            throw new WiringException($"A back-invalidate snoop asks for 1, 2 or 4 lines, and not for {options.SnoopLines}.");
        this.decoders = decoders;
        memory = [.. options.Memory];
        if (options.BackInvalidate)
            filter = new CacheArray(options.Filter);
        accessLatency = options.Cache?.Latency ?? options.LookUp;
        engineLatency = options.EngineLatency + accessLatency;
    }

    private readonly SimDuration accessLatency;
    private readonly SimDuration engineLatency; // of an engine's access: to here, and to the cache

    /// <summary>What it is built from.</summary>
    public DeviceCoherenceOptions Settings => options;

    /// <summary>The memory that is the device's own.</summary>
    public IReadOnlyList<OwnMemoryRange> OwnMemory => memory;

    /// <summary>What it counted.</summary>
    public DeviceCoherenceStatistics Statistics { get; } = new();

    /// <summary>The lines that the host may hold of HDM-DB memory: shared, or exclusive.</summary>
    public IEnumerable<(ulong Line, LineState State)> FilteredLines => filter?.Lines() ?? [];

    /// <summary>The bias of the page of an address.</summary>
    public Bias BiasOf(ulong hpa) => flipped.Find(PageOf(hpa)) < 0 ? options.InitialBias : 1 - options.InitialBias;

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        Handle(ref message);
        if (HasWaiting)
            Admit();
    }

    private void Admit()
    {
        while (TryAdmit(out Message admitted))
            Handle(ref admitted);
    }

    private void Handle(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD when Has(message, AccessFlags.Local):
                OnAccess(ref message);
                break;
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                OnHostRequest(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr:
                OnMemory(ref message);
                break;
            case MessageKind.M2SBIRsp:
                OnBackInvalidateResponse(ref message);
                break;
            case MessageKind.H2DReq:
                OnSnoop(ref message);
                break;
            case MessageKind.H2DRsp or MessageKind.H2DData:
                OnHomeResponse(ref message);
                break;
            case MessageKind.CoherenceStep:
                OnFlip(ref message);
                break;
            case MessageKind.AnswerLost:
                OnAnswerLost(message);
                break;
            default:
                throw Unexpected(message);
        }
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        Statistics.AppendState(ref digest);
        filter?.AppendState(ref digest);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        Statistics.Save(to);
        to.WriteBool(WasDropped);
        to.WriteInt32(memory.Length - options.Memory.Count);
        foreach (OwnMemoryRange learned in memory[options.Memory.Count..])
        {
            to.WriteUInt64(learned.Base.Value);
            to.WriteUInt64(learned.Size.Bytes);
        }

        filter?.Save(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        Statistics.Load(ref from);
        WasDropped = from.ReadBool();
        var learned = new OwnMemoryRange[from.ReadCount(LearnedMax)];
        for (int i = 0; i < learned.Length; i++)
            learned[i] = new OwnMemoryRange(new Hpa(from.ReadUInt64()), new ByteSize(from.ReadUInt64()), Interleave.Of(1, 256), 0);
        memory = [.. options.Memory, .. learned];
        filter?.Load(ref from);
    }

    /// <summary>Has those places of its tables fetched where it may look for a line. Nothing is learned by it: how messages are looked at ahead must not show.</summary>
    internal void FetchFor(ulong address)
    {
        cache?.Fetch(address);
        filter?.Fetch(address);
    }

    private static ulong PageOf(ulong hpa) => hpa & ~0xFFFUL;

    private bool IsOwn(ulong line)
    {
        if (line != judged || (!isJudgedOwn && options.LearnsMemory)) // a decoder may have come meanwhile
        {
            judged = line;
            isJudgedOwn = IsInMemory(line);
        }

        return isJudgedOwn;
    }

    private bool IsInMemory(ulong line)
    {
        foreach (OwnMemoryRange range in memory)
        {
            if (range.Holds(line))
                return true;
        }

        return options.LearnsMemory && TryLearn(line);
    }

    /// <summary>Of a device that nobody has told where its memory is: a decoder of its own that shares its range with no other device says so. It remembers that: lines of it may be cached.</summary>
    private bool TryLearn(ulong line)
    {
        if (memory.Length >= options.Memory.Count + LearnedMax || decoders.Find(line) is not { Settings: { Interleave: { Ways: 1 } only } settings })
            return false;
        memory = [.. memory, new OwnMemoryRange(settings.Base, settings.Size, only, 0)];
        return true;
    }

    /// <summary>Sends a message out of the device when it is ready.</summary>
    private void Emit(ref Message message, SimDuration after)
    {
        message.Time = Now.Femtoseconds + after.Femtoseconds;
        message.Port = NoPort;
        HandOver(Parent!, ref message);
    }

    /// <summary>Reads or writes the device's own memory for a transaction: the answer comes to <see cref="OnMemory"/>.</summary>
    private void AccessMemory(int index, ref Message message, SimDuration after)
    {
        message.Time = Now.Femtoseconds + after.Femtoseconds;
        message.Port = NoPort;
        message.Tag = index < 0 ? Nobody : TagOf(index);
        message.Flags |= (ushort)AccessFlags.Local;
        message.Class = 0;
        message.Spacing = 0;
        if (decoders.Find(message.Address) is { } decoder)
        {
            HandOver(decoder, ref message);
            return;
        }

        message.Status = (byte)AccessStatus.NoEndpointDecoder;
        HandOver(Parent!, ref message);
    }

    private void ReadMemory(int index, SimDuration after)
    {
        ref Transaction t = ref transactions[index];
        t.Phase = TransactionPhase.Memory;
        var read = new Message
        {
            Kind = (byte)MessageKind.M2SReq,
            Address = t.Line,
            Length = 1,
            Payload = None,
            Flags = (ushort)(t.TimingOnly ? AccessFlags.TimingOnly : AccessFlags.None),
        };
        AccessMemory(index, ref read, after);
    }

    /// <summary>Writes a line of the device's own memory, without anybody waiting for it: the memory serves in order.</summary>
    private void WriteMemory(ulong line, ReadOnlySpan<byte> data, bool poisoned, bool timingOnly)
    {
        Statistics.WriteBacks++;
        if (Strikes(CoherenceFault.DroppedWriteBack))
            return;
        var write = new Message
        {
            Kind = (byte)MessageKind.M2SRwD,
            Address = line,
            Length = 1,
            Payload = None,
            Flags = (ushort)(timingOnly ? AccessFlags.TimingOnly : AccessFlags.None),
        };
        GiveData(ref write, data, poisoned);
        LogStored(line, data, poisoned, timingOnly);
        AccessMemory(None, ref write, SimDuration.Zero);
    }

    private const uint Nobody = uint.MaxValue;

    /// <summary>Has everything that waited for a line be looked at again, in its order.</summary>
    private void Wake(int chain)
    {
        while (NextParked(ref chain, out Message message))
            Handle(ref message);
    }
}
