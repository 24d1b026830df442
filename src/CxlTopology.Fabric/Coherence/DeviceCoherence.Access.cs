using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Accesses of the device's own engines: to the cache, to the device's memory, to the host's.</summary>
public sealed partial class DeviceCoherence
{
    private void OnAccess(ref Message message)
    {
        ulong line = message.Address & LineMask;
        int busy = own.Find(line);
        if (busy < 0)
            busy = host.Find(line);
        if (busy >= 0)
        {
            Park(busy, ref message);
            return;
        }

        if (Wait(ref message))
            return;
        Statistics.Accesses++;
        if (IsOwn(line) && decoders.Find(line) is null)
        {
            // Nobody has told the device, or it has forgotten, where its memory is.
            ((Endpoint)Parent!).NoteRefusal(AccessStatus.NoEndpointDecoder);
            Respond(ref message, default, false, AccessStatus.NoEndpointDecoder, engineLatency);
            return;
        }

        hasData |= !Has(message, AccessFlags.TimingOnly);
        bool isForced = CoherenceFields.IsCoherent(message);
        int frame = cache is null || isForced ? None : cache.Find(line);
        if (frame >= 0 && (message.Kind == (byte)MessageKind.M2SReq || cache!.State(frame) >= LineState.Exclusive))
        {
            Statistics.Hits++;
            PerformInCache(frame, ref message, Now.Femtoseconds, engineLatency);
            return;
        }

        if (options.FlipsOnAccess && filter is null && message.Spacing == 0 && !isForced && IsOwn(line) && BiasOf(line) == Bias.Host)
        {
            AskForPage(ref message);
            return;
        }

        int index = Allocate(line, TransactionKind.Access);
        own.Set(line, index);
        if (frame >= 0)
            cache!.Locked(frame) = true;
        LockFilter(line, true);
        ref Transaction t = ref transactions[index];
        t.TimingOnly = Has(message, AccessFlags.TimingOnly);
        t.Keeps = MayAllocate;
        if (line == answered && message.Time <= answeredSince && message.Kind == (byte)MessageKind.M2SReq && !t.Keeps)
        {
            t.Asked = true;
            t.Since = message.Time;
        }

        Keep(ref t.Request, ref message);
        if (isForced)
            AskForced(index);
        else
            Start(index);
    }

    /// <summary>Decides what an access needs next; called again when something has changed.</summary>
    private void Start(int index)
    {
        ref Transaction t = ref transactions[index];
        bool isWrite = t.Request.Kind == (byte)MessageKind.M2SRwD;
        bool isWhole = !Has(t.Request, AccessFlags.Partial);
        if (!IsOwn(t.Line))
        {
            D2HRequest request = isWrite ? WriteRequest(isWhole, t.Keeps) : t.Keeps ? options.Read : D2HRequest.RdCurr;
            if (isWrite && cache is not null && cache.Find(t.Line) is >= 0 and int shared)
                SetCacheState(shared, LineState.Invalid); // the request brings the line again, should it be taken meanwhile
            AskHome(index, request, isOwn: false);
            return;
        }

        if (filter is not null)
        {
            LineState held = filter.StateOf(t.Line);
            if (!t.Asked && (isWrite ? held != LineState.Invalid && !Strikes(CoherenceFault.UnaskedWrite) : held == LineState.Exclusive))
            {
                t.Asked = true;
                SnoopHost(index, isWrite ? S2MBISnoop.BISnpInv : t.Keeps ? S2MBISnoop.BISnpData : S2MBISnoop.BISnpCur);
                return;
            }

            t.IsShared = held != LineState.Invalid;
        }
        else if (!t.Asked && BiasOf(t.Line) == Bias.Host)
        {
            t.Asked = true;
            D2HRequest request = !t.Keeps
                ? isWrite ? D2HRequest.WrInv : D2HRequest.RdCurr
                : isWrite ? (isWhole || cache!.Find(t.Line) >= 0 ? D2HRequest.RdOwnNoData : D2HRequest.RdOwn) : options.Read;
            AskHome(index, request, isOwn: true);
            return;
        }

        Proceed(index);
    }

    private D2HRequest WriteRequest(bool isWhole, bool keeps) => options.Writes switch
    {
        DeviceWrites.Push when isWhole => D2HRequest.ItoMWr,
        DeviceWrites.Update when isWhole => D2HRequest.WrCur,
        DeviceWrites.Through => isWhole ? D2HRequest.WoWrInvF : D2HRequest.WoWrInv,
        DeviceWrites.Ordered => D2HRequest.WrInv,
        _ when keeps => isWhole ? D2HRequest.RdOwnNoData : D2HRequest.RdOwn,
        _ => isWhole ? D2HRequest.WoWrInvF : D2HRequest.WrInv,
    };

    /// <summary>Nobody else stands in the way of an access to the device's own memory: data, then the access itself.</summary>
    private void Proceed(int index)
    {
        ref Transaction t = ref transactions[index];
        bool isWrite = t.Request.Kind == (byte)MessageKind.M2SRwD;
        if (!t.Keeps)
        {
            if (isWrite && cache?.Find(t.Line) is >= 0 and int stale)
                Evict(stale);
            t.Phase = TransactionPhase.Memory;
            Message access = TakeRequest(index);
            if (isWrite)
                LogUncachedWrite(t.Line, access);
            AccessMemory(index, ref access, engineLatency);
            return;
        }

        int frame = cache!.Find(t.Line);
        if (frame >= 0 || (isWrite && !Has(t.Request, AccessFlags.Partial)))
            Finish(index, isWrite || !t.IsShared ? LineState.Exclusive : LineState.Shared);
        else
            ReadMemory(index, t.Asked ? SimDuration.Zero : engineLatency);
    }

    /// <summary>An access has all it needs: the line goes into the cache, the access is made, its requester told.</summary>
    /// <param name="index">The transaction; its buffer holds the line, unless all of it is about to be written.</param>
    /// <param name="state">What the device may hold of the line.</param>
    private void Finish(int index, LineState state)
    {
        Message request = TakeRequest(index);
        ref Transaction t = ref transactions[index];
        long since = t.Started;
        int frame = cache!.Find(t.Line);
        if (frame < 0)
            frame = MakeRoom(t.Line);
        else
            state = state > cache.State(frame) || cache.State(frame) == LineState.Shared ? state : cache.State(frame);
        bool keeps = frame >= 0;
        t = ref transactions[index]; // making room may have moved the table
        if (!keeps)
        {
            FinishWithoutRoom(index, state, ref request);
            return;
        }

        FillFrame(index, frame);
        SetCacheState(frame, t.IsDirty ? LineState.Modified : state);
        PerformInCache(frame, ref request, since, Asked(index) ? SimDuration.Zero : engineLatency);
        End(index);
    }

    private bool Asked(int index) => transactions[index].Asked || transactions[index].HasData;

    /// <summary>All frames of the set are in use by transactions: the access is made in the transaction's buffer, and the line leaves at once.</summary>
    private void FinishWithoutRoom(int index, LineState state, ref Message request)
    {
        ref Transaction t = ref transactions[index];
        LineState now = t.IsDirty || request.Kind == (byte)MessageKind.M2SRwD ? LineState.Modified : state;
        LogState(t.Line, now);
        PerformInBuffer(index, ref request, SimDuration.Zero);
        LogState(t.Line, LineState.Invalid);
        if (IsOwn(t.Line))
        {
            if (now == LineState.Modified)
                WriteMemory(t.Line, Buffer(index), t.IsPoisoned, t.TimingOnly);
            End(index);
            return;
        }

        t.Kind = TransactionKind.Eviction;
        t.State = now;
        t.Request = new Message { Payload = None }; // has its answer: nobody waits for the eviction
        SendEviction(index);
    }

    /// <summary>Tells the engine that an access is done.</summary>
    private protected override void Respond(ref Message message, ReadOnlySpan<byte> data, bool poisoned, AccessStatus status, SimDuration after)
    {
        bool isRead = message.Kind == (byte)MessageKind.M2SReq;
        Answer(ref message, isRead && poisoned && status == AccessStatus.Ok ? AccessStatus.Poisoned : status);
        message.Class = 0;
        message.Spacing = 0;
        if (isRead && !data.IsEmpty)
            GiveData(ref message, data, poisoned);
        else if (!isRead)
            message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Poison);
        SendInside(engine!, ref message, after);
    }

    /// <summary>An access could not be made.</summary>
    private void Fail(int index, AccessStatus status)
    {
        Message request = TakeRequest(index);
        ref Transaction t = ref transactions[index];
        CountUnclaimed(status);
        Buffer(index).Fill(Options.Unclaimed == UnclaimedPolicy.AllOnes ? (byte)0xFF : (byte)0);
        Respond(ref request, t.TimingOnly || Options.Unclaimed == UnclaimedPolicy.Error ? default : Buffer(index), Options.Unclaimed == UnclaimedPolicy.Poison, status, SimDuration.Zero);
        End(index);
    }

    /// <summary>A transaction of the device's own side is over.</summary>
    private void End(int index)
    {
        ulong line = transactions[index].Line;
        long started = transactions[index].Started;
        int chain = TakeParked(index);
        if (cache is not null && cache.Find(line) is >= 0 and int frame)
            cache.Locked(frame) = false;
        LockFilter(line, false);
        own.Remove(line);
        Release(index);
        if (draining)
            Drain(line, started);
        if (chain != None)
            Wake(chain);
        RetryFilter();
    }

    /// <summary>An empty frame for a line; -1 if every frame of its set is in use. What was in it leaves.</summary>
    private int MakeRoom(ulong line)
    {
        int frame = cache!.Choose(line);
        if (frame >= 0 && cache.State(frame) != LineState.Invalid)
            Evict(frame);
        return frame;
    }

    private void Evict(int frame)
    {
        ulong line = cache!.Line(frame);
        LineState state = cache.State(frame);
        SetCacheState(frame, LineState.Invalid);
        if (IsOwn(line))
        {
            if (state == LineState.Modified)
                WriteMemory(line, hasData ? cache.Data(frame) : default, cache.Poisoned(frame), !hasData);
            return;
        }

        int index = Allocate(line, TransactionKind.Eviction);
        own.Set(line, index);
        ref Transaction t = ref transactions[index];
        t.State = state;
        t.TimingOnly = !hasData;
        TakeFrame(index, frame);
        SendEviction(index);
    }

    private void SendEviction(int index)
    {
        LineState state = transactions[index].State;
        AskHome(index, state == LineState.Modified ? D2HRequest.DirtyEvict : state == LineState.Exclusive ? D2HRequest.CleanEvict : D2HRequest.CleanEvictNoData, isOwn: false);
    }
}
