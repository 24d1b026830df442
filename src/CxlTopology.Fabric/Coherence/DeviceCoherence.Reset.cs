using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What resets, and software by CONTROL2, do to the device's cache.</summary>
public sealed partial class DeviceCoherence : IDeviceCache
{
    private bool draining;
    private int validLines;

    /// <summary>Whether lines were lost without the host being told: its directory may know of some that are not there.</summary>
    public bool WasDropped { get; private set; }

    /// <inheritdoc/>
    public bool IsEmpty => validLines == 0 && own.Count == 0;

    private bool MayAllocate => cache is not null && allocates && !draining;

    /// <inheritdoc/>
    public void SetAllocating(bool allowed) => allocates = allowed;

    /// <inheritdoc/>
    public void WriteBackAndInvalidate()
    {
        if (draining)
            return;
        draining = true;
        for (int frame = 0; cache is not null && frame < cache.Frames; frame++)
        {
            if (cache.State(frame) != LineState.Invalid && !cache.Locked(frame))
                Evict(frame);
        }

        TellWhenEmpty();
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
            if (transactions[index].Kind == TransactionKind.None)
                continue;
            if (transactions[index] is { Kind: TransactionKind.Eviction, State: LineState.Modified })
            {
                Statistics.LinesLost++;
                LogLost(transactions[index].Line);
            }

            int chain = TakeParked(index);
            while (NextParked(ref chain, out Message message))
                DropPayload(ref message);
            own.Remove(transactions[index].Line);
            host.Remove(transactions[index].Line);
            Release(index);
        }
    }

    /// <summary>While the cache is written back: a line that a transaction had kept goes as well, and the device hears when none is left.</summary>
    private void Drain(ulong line)
    {
        if (!draining)
            return;
        if (cache!.Find(line) is >= 0 and int frame && !cache.Locked(frame))
            Evict(frame);
        TellWhenEmpty();
    }

    private void TellWhenEmpty()
    {
        if (!draining || !IsEmpty)
            return;
        draining = false;
        var empty = new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = None };
        SendInside(Parent!, ref empty, SimDuration.Zero);
    }
}
