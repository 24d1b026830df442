using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What resets, and software by CONTROL2, do to the device's cache.</summary>
/// <remarks>
/// While lines are written back none is allocated. That is over when the transactions that were under way when it began, and those that it
/// began, have ended, however busy the engines are: a line that one of them had kept meanwhile leaves with it.
/// </remarks>
public sealed partial class DeviceCoherence : IDeviceCache
{
    private static readonly SimDuration givingUp = SimDuration.FromNanoseconds(1);
    private bool draining;
    private long drainStarted;
    private int drainLeft;
    private bool isResetting; // writes of the host are made without a place in the snoop filter, which the reset empties

    /// <summary>Whether lines were lost without the host being told: its directory may know of some that are not there.</summary>
    public bool WasDropped { get; private set; }

    /// <summary>Whether no line is in the cache.</summary>
    public bool IsCacheEmpty => CachedCount == 0;

    /// <summary>Whether accesses that begin now may put their lines into the cache.</summary>
    public bool MayAllocate => cache is not null && allocates && !draining;

    /// <inheritdoc/>
    public void SetAllocating(bool allowed) => allocates = allowed;

    /// <inheritdoc/>
    public bool WriteBackAndInvalidate()
    {
        if (draining)
            return false;
        (draining, drainStarted, drainLeft) = (true, Now.Femtoseconds, 0);
        for (int frame = 0; cache is not null && frame < cache.Frames; frame++)
        {
            if (cache.State(frame) != LineState.Invalid && !cache.Locked(frame))
                Evict(frame);
        }

        foreach (Transaction t in transactions)
            drainLeft += t.Kind is TransactionKind.None or TransactionKind.Remote ? 0 : 1;
        draining = drainLeft > 0;
        return !draining;
    }

    /// <summary>
    /// The cache is written back, and memory stops answering for a CXL reset: requests of the host that have arrived are decided. Writes are made, and completed when memory has them; reads, those under
    /// way to memory too, are dropped, and nobody answers them.
    /// </summary>
    /// <returns>Reads that were dropped.</returns>
    internal int DrainForReset()
    {
        long before = Statistics.ReadsDropped;
        isResetting = true;
        filterWaiters.Clear();
        for (int index = 0; index < transactions.Length; index++)
        {
            ref Transaction t = ref transactions[index];
            if (t.Kind != TransactionKind.Remote || (t.Phase == TransactionPhase.Memory && t.Asked))
                continue; // a write that is in memory's order
            ulong line = t.Line;
            Message request = t.Phase == TransactionPhase.Filter ? TakeRequest(index) : default;
            int chain = TakeParked(index);
            host.Remove(line);
            Release(index);
            if (request.Kind == 0)
                Statistics.ReadsDropped++;
            else
                Decide(ref request, line);
            while (NextParked(ref chain, out Message message))
                Decide(ref message, message.Address & LineMask);
        }

        isResetting = false;
        return (int)(Statistics.ReadsDropped - before);
    }

    /// <summary>A request that waited when a CXL reset took effect.</summary>
    private void Decide(ref Message message, ulong line)
    {
        if (Has(message, AccessFlags.Local) || message.Kind == (byte)MessageKind.CoherenceStep)
        {
            Handle(ref message); // of the device's own engines
            return;
        }

        bool isWrite = message.Kind == (byte)MessageKind.M2SRwD;
        if (!isWrite)
        {
            Statistics.ReadsDropped++;
            DropPayload(ref message);
            return;
        }

        message.Time = Now.Femtoseconds;
        Serve(ref message, line, isWrite);
    }

    /// <inheritdoc/>
    public void Drop()
    {
        WasDropped = true;
        draining = false;
        for (int frame = 0; cache is not null && frame < cache.Frames; frame++)
        {
            if (cache.State(frame) == LineState.Invalid)
                continue;
            if (cache.State(frame) == LineState.Modified)
            {
                Statistics.LinesLost++;
                LogLost(cache.Line(frame));
            }

            SetCacheState(frame, LineState.Invalid);
            cache.Locked(frame) = false;
        }

        for (int frame = 0; filter is not null && frame < filter.Frames; frame++)
        {
            filter.State(frame) = LineState.Invalid;
            filter.Locked(frame) = false;
        }

        filterWaiters.Clear();
        for (int index = 0; index < transactions.Length; index++)
        {
            ref Transaction t = ref transactions[index];
            if (t.Kind == TransactionKind.None)
                continue;
            Statistics.RequestsLost += t.Kind == TransactionKind.Remote ? 1 : 0;
            if (t.IsDirty || t is { Kind: TransactionKind.Eviction, State: LineState.Modified })
            {
                Statistics.LinesLost++;
                LogLost(t.Line);
            }

            int chain = TakeParked(index);
            while (NextParked(ref chain, out Message message))
            {
                Statistics.RequestsLost += Has(message, AccessFlags.Local) || message.Kind == (byte)MessageKind.CoherenceStep ? 0 : 1;
                GiveUp(ref message);
            }

            Message request = TakeRequest(index);
            GiveUp(ref request);
            own.Remove(transactions[index].Line);
            host.Remove(transactions[index].Line);
            Release(index);
        }
    }

    /// <summary>Drops a request that was being served. The job of a driver is told: others were stopped, and wait for nothing any more.</summary>
    private void GiveUp(ref Message message)
    {
        bool isAccess = message.Kind is (byte)MessageKind.M2SReq or (byte)MessageKind.M2SRwD && Has(message, AccessFlags.Local);
        if (!isAccess || engine is null || !engine.IsOfJob(message.Tag))
        {
            DropPayload(ref message);
            return;
        }

        ((Endpoint)Parent!).NoteRefusal(AccessStatus.EngineReset);
        Respond(ref message, default, false, AccessStatus.EngineReset, givingUp);
    }

    /// <summary>A message of the home agent came while the link was down: what it carried is lost.</summary>
    internal void NoteLost(in Message message)
    {
        if (message.Kind == (byte)MessageKind.H2DData && (GoState)(message.Argument & 0xFF) == GoState.Modified)
            LogLost(message.Address & LineMask);
    }

    /// <summary>A transaction on a line has ended while lines are written back: a line that it had kept goes as well, and the device hears when all is done.</summary>
    private void Drain(ulong line, long started)
    {
        if (drainLeft == None)
            return;
        if (cache is not null && cache.Find(line) is >= 0 and int frame && cache.State(frame) != LineState.Invalid)
        {
            Evict(frame);
            if (own.Find(line) is >= 0 and int eviction)
            {
                transactions[eviction].Started = drainStarted;
                drainLeft++;
            }
        }

        if (started <= drainStarted)
            drainLeft--;
        if (drainLeft == 0)
            OwnUp();
    }

    /// <summary>Every line is gone: the host hears that as well (CacheFlushed), and then the device.</summary>
    private void OwnUp()
    {
        drainLeft = None; // what ends from now on was begun after
        if (cache is null)
        {
            EndDrain();
            return;
        }

        AskHome(Allocate(0, TransactionKind.CacheFlush), D2HRequest.CacheFlushed, isOwn: false);
    }

    /// <summary>The host has heard it, or its answer has found no way: what it still knows of lines, its next snoops will correct.</summary>
    private void EndOwningUp(int index)
    {
        Release(index);
        EndDrain();
    }

    private void EndDrain()
    {
        draining = false;
        var done = new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = None };
        SendInside(Parent!, ref done, SimDuration.Zero);
    }
}
