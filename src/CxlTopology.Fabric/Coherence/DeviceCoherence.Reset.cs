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
    private bool draining;
    private long drainStarted;
    private int drainLeft;

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
            if (t.IsDirty || t is { Kind: TransactionKind.Eviction, State: LineState.Modified })
            {
                Statistics.LinesLost++;
                LogLost(t.Line);
            }

            int chain = TakeParked(index);
            while (NextParked(ref chain, out Message message))
                DropPayload(ref message);
            own.Remove(transactions[index].Line);
            host.Remove(transactions[index].Line);
            Release(index);
        }
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

    private void EndDrain()
    {
        draining = false;
        var done = new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = None };
        SendInside(Parent!, ref done, SimDuration.Zero);
    }
}
