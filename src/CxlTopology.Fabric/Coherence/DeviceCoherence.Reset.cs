using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The cache as resets, and CONTROL2 of the device DVSEC, know it.</summary>
/// <remarks>
/// While lines are written back none is allocated. It is over when the transactions that were under way when it began, and those that it
/// began, have ended: a line that one of them held meanwhile leaves with it.
/// </remarks>
public sealed partial class DeviceCoherence : IDeviceCache
{
    private bool allowed = true;
    private bool draining;
    private long drainStarted;
    private int drainLeft;

    /// <inheritdoc/>
    void IDeviceCache.SetAllocating(bool allowed)
    {
        this.allowed = allowed;
        CachingEnabled = allowed && !draining;
    }

    /// <inheritdoc/>
    bool IDeviceCache.WriteBackAndInvalidate()
    {
        if (draining)
            return false;
        (draining, drainStarted, CachingEnabled) = (true, Now.Femtoseconds, false);
        WriteBackAndInvalidateAll();
        drainLeft = 0;
        foreach (Transaction t in transactions)
            drainLeft += IsOwnKind(t.Kind) ? 1 : 0;
        if (drainLeft > 0)
            return false;
        (draining, CachingEnabled) = (false, allowed);
        return true;
    }

    /// <inheritdoc/>
    void IDeviceCache.Drop()
    {
        (draining, drainLeft, CachingEnabled) = (false, 0, allowed);
        DropAll();
    }

    /// <summary>A message of the home agent came while the link was down: what it carried is lost.</summary>
    internal void NoteLost(in Message message)
    {
        if (message.Kind == (byte)MessageKind.H2DData && (GoState)(message.Argument & 0xFF) == GoState.Modified)
            LogLost(message.Address & LineMask);
    }

    private static bool IsOwnKind(TransactionKind kind) => kind is not (TransactionKind.None or TransactionKind.Remote);

    /// <summary>A transaction on a line has ended while lines are written back.</summary>
    private void Drain(ulong line, long started)
    {
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
        EndDrain();
    }

    private void EndDrain()
    {
        if (drainLeft > 0)
            return;
        (draining, CachingEnabled) = (false, allowed);
        var done = new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = None };
        SendInside(Parent!, ref done, SimDuration.Zero);
    }
}
