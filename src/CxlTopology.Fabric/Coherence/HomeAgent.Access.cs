using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Accesses of the host's agents, and the host's cache.</summary>
public sealed partial class HomeAgent
{
    private void OnAccess(ref Message message)
    {
        message.Time = Now.Femtoseconds;
        if (!Has(message, AccessFlags.Burst))
        {
            AccessLine(ref message);
            return;
        }

        int line = DetachLines(ref message);
        message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Burst);
        for (ulong rest = message.Argument; rest != 0; rest &= rest - 1)
        {
            Message single = message;
            LineOfBurst.Mark(ref single, BitOperations.TrailingZeroCount(rest));
            if (line >= 0)
            {
                int following = NextLine(line);
                NextLine(line) = None;
                single.Payload = line;
                single.Flags |= Message.HasLines;
                line = following;
            }

            AccessLine(ref single);
        }
    }

    private void AccessLine(ref Message message)
    {
        ulong line = message.Address & LineMask;
        int inUse = busy.Find(line);
        if (inUse >= 0)
        {
            Statistics.Waited++;
            Park(inUse, ref message);
            return;
        }

        if (Wait(ref message))
            return;
        Statistics.Accesses++;
        hasData |= !Has(message, AccessFlags.TimingOnly);
        bool isWrite = message.Kind == (byte)MessageKind.M2SRwD;
        int frame = cache?.Find(line) ?? None;
        if (frame >= 0 && (!isWrite || cache!.State(frame) >= LineState.Exclusive))
        {
            Statistics.Hits++;
            PerformInCache(frame, ref message, Now.Femtoseconds, options.Cache!.Latency);
            return;
        }

        int index = Allocate(line, TransactionKind.Access);
        busy.Set(line, index);
        if (frame >= 0)
            cache!.Locked(frame) = true;
        ref Transaction t = ref transactions[index];
        t.TimingOnly = Has(message, AccessFlags.TimingOnly);
        t.Opcode = (byte)(cache is null
            ? isWrite ? D2HRequest.WrInv : D2HRequest.RdCurr
            : isWrite ? (Has(message, AccessFlags.Partial) ? D2HRequest.RdOwn : D2HRequest.RdOwnNoData) : D2HRequest.RdAny);
        Keep(ref t.Request, ref message);
        Evaluate(index);
    }

    /// <summary>Tells an agent that its access is done.</summary>
    private protected override void Respond(ref Message message, ReadOnlySpan<byte> data, bool poisoned, AccessStatus status, SimDuration after)
    {
        bool isRead = message.Kind == (byte)MessageKind.M2SReq;
        Answer(ref message, isRead && poisoned && status == AccessStatus.Ok ? AccessStatus.Poisoned : status);
        message.Class = 0;
        message.Spacing = 0;
        message.Port = NoPort;
        if (isRead && !data.IsEmpty)
            GiveData(ref message, data, poisoned);
        else if (!isRead)
            message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Poison);
        LineOfBurst.Restore(ref message);
        SendInside(Parent!, ref message, after);
    }

    /// <summary>An access of an agent has all it needs.</summary>
    private void FinishAccess(int index)
    {
        Message request = TakeRequest(index);
        ref Transaction t = ref transactions[index];
        // An access that memory served went there and came back over the host's fabric.
        // One that nobody had to be asked for, a write to a line that others have let go, was an access to the cache all the same.
        SimDuration after = (t.HasData || t.IsWritten) && IsHostMemory(t.Line) ? fabricLatency * 2
            : cache is not null && t.Started == Now.Femtoseconds ? options.Cache!.Latency : SimDuration.Zero;
        bool isWrite = request.Kind == (byte)MessageKind.M2SRwD;
        if (cache is null)
        {
            if (!isWrite)
                LogRead(t.Line, Buffer(index), t.Started, t.TimingOnly || t.IsPoisoned);
            Respond(ref request, t.TimingOnly ? default : Buffer(index), t.IsPoisoned, t.Status, after);
            End(index);
            return;
        }

        int frame = cache.Find(t.Line);
        if (frame < 0)
            frame = MakeRoom(t.Line);
        t = ref transactions[index]; // making room may have moved the table
        if (frame < 0)
        {
            FinishWithoutRoom(index, ref request, after);
            return;
        }

        LineState state = isWrite || !t.IsShared ? LineState.Exclusive : LineState.Shared;
        FillFrame(index, frame);
        SetCacheState(frame, t.IsDirty ? LineState.Modified : state);
        PerformInCache(frame, ref request, t.Started, after);
        End(index);
    }

    /// <summary>All frames of the set are in use: the access is made in the transaction's buffer, and the line given back at once.</summary>
    private void FinishWithoutRoom(int index, ref Message request, SimDuration after)
    {
        ref Transaction t = ref transactions[index];
        t.IsDirty |= request.Kind == (byte)MessageKind.M2SRwD;
        LogState(t.Line, t.IsDirty ? LineState.Modified : t.IsShared ? LineState.Shared : LineState.Exclusive);
        PerformInBuffer(index, ref request, after);
        LogState(t.Line, LineState.Invalid);
        t.Kind = TransactionKind.Eviction;
        GiveUp(index);
    }

    /// <summary>An empty frame for a line; -1 if every frame of its set is in use.</summary>
    private int MakeRoom(ulong line)
    {
        int frame = cache!.Choose(line);
        if (frame >= 0 && cache.State(frame) != LineState.Invalid)
            Evict(frame);
        return frame;
    }

    /// <summary>Empties a frame that is in no use: its line, if modified, goes to memory.</summary>
    private void Evict(int frame)
    {
        ulong victim = cache!.Line(frame);
        directory.Fetch(victim);
        LineState state = cache.State(frame);
        SetCacheState(frame, LineState.Invalid);
        Statistics.Evictions++;
        int index = Allocate(victim, TransactionKind.Eviction);
        busy.Set(victim, index);
        ref Transaction t = ref transactions[index];
        t.IsDirty = state == LineState.Modified && !Strikes(CoherenceFault.DroppedWriteBack);
        t.TimingOnly = !hasData;
        TakeFrame(index, frame);
        if (t.IsPoisoned && Strikes(CoherenceFault.LostPoison))
            t.IsPoisoned = false;
        GiveUp(index);
    }

    /// <summary>The holder of a transaction's line has given it up: its data, if newer, goes to memory, and the device whose memory it is is told when nobody holds the line any more.</summary>
    private void GiveUp(int index)
    {
        ref Transaction t = ref transactions[index];
        DirectoryEntry entry = directory.Find(t.Line);
        bool isHeld = entry.Owner >= 0 || entry.Sharers != 0 || HostState(t.Line) != LineState.Invalid;
        if (IsHostMemory(t.Line))
        {
            if (t.IsDirty)
                WriteHostMemory(index);
            End(index);
            return;
        }

        bool takesPart = entry.Permission != LineState.Modified;
        if (!isHeld && entry.Permission != LineState.Invalid)
        {
            entry.Permission = LineState.Invalid;
            directory.Set(t.Line, entry);
            // A device that asks for the line back learns from the answer that nobody holds it, and serves no other request meanwhile.
            if (!t.IsDirty && takesPart && t.Other < 0 && !Suffers(CoherenceFault.LostCleanEvict))
            {
                t.Phase = TransactionPhase.Permission;
                AskDevice(index, M2SRequest.MemClnEvct, MetaField.Meta0State, MetaValue.Invalid, SnoopType.NoOp);
                return;
            }
        }

        if (t.IsDirty)
            WriteDevice(index, !takesPart ? MetaField.NoOp : MetaField.Meta0State, isHeld ? MetaValue.Shared : MetaValue.Invalid, SnoopType.NoOp);
        else
            End(index);
    }
}
