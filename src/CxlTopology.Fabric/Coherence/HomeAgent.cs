using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>
/// The home agent of a host: it orders everything that touches a line, knows which devices hold it, and has the host's cache. Of host memory it is the home; of device memory it speaks
/// for the host and for the devices that cache by way of it.
/// </summary>
/// <remarks>
/// One request a line is served at a time; the others wait in their order. Only a back-invalidate snoop may be served beside a request: when that still waits for the device, and
/// the device has said that it has not come to it (BIConflict, BI-ConflictAck).
/// </remarks>
public sealed partial class HomeAgent : CoherenceEngine
{
    private const int DevicesMax = 16;
    private const int IndexBits = 16;
    private const uint IndexMask = (1 << IndexBits) - 1;
    private const uint LifeMask = 0xF; // a host leaves twenty bits of a tag to its agents
    private readonly HostCoherenceOptions options;
    private readonly ulong memoryBytes;
    private readonly FixedMemoryWindow[] windows;
    private readonly SimDuration fabricLatency;
    private readonly LineDirectory directory = new();
    private readonly LineMap busy = new();

    internal HomeAgent(HostCoherenceOptions options, HostOptions host, FabricOptions fabric)
        : base(fabric, options.Cache, options.KeepsLog, options.Fault)
    {
        this.options = options;
        memoryBytes = host.Memory.Bytes;
        windows = [.. host.Windows];
        fabricLatency = host.FabricLatency;
    }

    /// <summary>What it counted.</summary>
    public HomeStatistics Statistics { get; } = new();

    /// <summary>The lines that devices hold: the one that owns each, or -1; a bit for each that shares it; what the host may hold of a device's line.</summary>
    public IEnumerable<(ulong Line, int Owner, int Sharers, LineState Permission)> Directory
    {
        get
        {
            foreach ((ulong line, DirectoryEntry entry) in directory.All)
                yield return (line, entry.Owner, entry.Sharers, entry.Permission);
        }
    }

    internal uint TagBase { get; set; }

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
        if (Trace is not null && message.Kind is not ((byte)MessageKind.M2SReq or (byte)MessageKind.M2SRwD or (byte)MessageKind.CoherenceStep or (byte)MessageKind.CacheFlush))
            Note(message);
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                OnAccess(ref message);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr:
                OnMemory(ref message);
                break;
            case MessageKind.D2HReq:
                OnRequest(ref message);
                break;
            case MessageKind.D2HRsp:
                OnSnoopResponse(ref message);
                break;
            case MessageKind.D2HData when CoherenceFields.Opcode(message) != 0:
                OnSnoopResponse(ref message);
                break;
            case MessageKind.D2HData:
                OnPulled(ref message);
                break;
            case MessageKind.S2MBISnp:
                OnBackInvalidate(ref message);
                break;
            case MessageKind.DeviceLost:
                OnDeviceLost(message);
                break;
            case MessageKind.AnswerLost:
                Sweep();
                break;
            case MessageKind.CacheFlush:
                OnFlush(ref message);
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
        digest.Add((ulong)directory.Count);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        Statistics.Save(to);
        directory.Save(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        Statistics.Load(ref from);
        directory.Load(ref from);
    }

    /// <summary>Has those places of its tables fetched where it will look for a line.</summary>
    internal void FetchFor(ulong address)
    {
        directory.Fetch(address);
        cache?.Fetch(address);
    }

    private bool IsHostMemory(ulong line) => line < memoryBytes;

    private bool IsMapped(ulong line)
    {
        if (IsHostMemory(line))
            return true;
        foreach (FixedMemoryWindow window in windows)
        {
            if (window.Contains(line))
                return true;
        }

        return false;
    }

    private uint TagOf(int index) => TagBase | (uint)index | (transactions[index].Life & LifeMask) << IndexBits;

    /// <summary>The transaction that a tag, without the agent's number, means; -1 if it is over.</summary>
    private int IndexOf(uint tag)
    {
        int index = (int)(tag & IndexMask);
        bool lives = index < transactions.Length && transactions[index].Kind != TransactionKind.None && (transactions[index].Life & LifeMask) == (tag >> IndexBits & LifeMask);
        return lives ? index : None;
    }

    /// <summary>The frame of a line that is in use is no victim.</summary>
    private void LockFrame(ulong line, bool locked)
    {
        if (cache is not null && cache.Find(line) is >= 0 and int frame)
            cache.Locked(frame) = locked;
    }

    private LineState HostState(ulong line) => cache?.StateOf(line) ?? LineState.Invalid;

    /// <summary>Sends a message out of the host.</summary>
    private void Emit(ref Message message, SimDuration delay = default)
    {
        message.Time = Now.Femtoseconds + options.LookUp.Femtoseconds + delay.Femtoseconds;
        message.Port = NoPort;
        if (Trace is not null)
            Note(message);
        HandOver(Parent!, ref message);
    }

    /// <summary>A transaction is over: a back-invalidate snoop that waited is next, then what came meanwhile.</summary>
    private void End(int index)
    {
        ref Transaction t = ref transactions[index];
        ulong line = t.Line;
        int other = t.Other;
        if (other >= 0)
        {
            ref Transaction next = ref transactions[other];
            (next.Parked, next.ParkedLast) = (t.Parked, t.ParkedLast);
            t.Parked = t.ParkedLast = None;
            busy.Set(line, other);
            LockFrame(line, true);
            Release(index);
            if (next.Phase != TransactionPhase.ConflictAck)
                AnswerBackInvalidate(other);
            return;
        }

        LockFrame(line, false);
        busy.Remove(line);
        int chain = Strikes(CoherenceFault.LostWakeUp) ? None : TakeParked(index);
        Release(index);
        if (chain != None)
            Wake(chain);
        if (flushing.Count > 0)
            GoOnFlushing(line);
    }

    /// <summary>Has everything that waited for a line be looked at again, in its order.</summary>
    private void Wake(int chain)
    {
        while (NextParked(ref chain, out Message message))
            Handle(ref message);
    }
}
