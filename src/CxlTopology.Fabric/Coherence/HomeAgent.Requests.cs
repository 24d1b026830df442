using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Requests of devices, and what every request needs before it can be granted.</summary>
public sealed partial class HomeAgent
{
    private void OnRequest(ref Message message)
    {
        int inUse = busy.Find(message.Address & LineMask);
        if (inUse >= 0)
        {
            Statistics.Waited++;
            Park(inUse, ref message);
            return;
        }

        if (Wait(ref message))
            return;
        Statistics.Requests++;
        int index = Allocate(message.Address & LineMask, TransactionKind.Remote);
        busy.Set(transactions[index].Line, index);
        LockFrame(transactions[index].Line, true);
        ref Transaction t = ref transactions[index];
        t.Opcode = (byte)CoherenceFields.Opcode(message);
        t.TimingOnly = Has(message, AccessFlags.TimingOnly) && !hasData;
        Keep(ref t.Request, ref message);
        D2HRule rule = CoherenceRules.Of((D2HRequest)t.Opcode);
        if (rule.Request == D2HRequest.CacheFlushed)
        {
            ForgetDevice(CoherenceFields.Id(t.Request));
            Grant(index, rule, GoState.Invalid);
        }
        else if (rule.Evicts)
        {
            OnEviction(index, rule);
        }
        else if (!IsMapped(t.Line))
        {
            CountUnclaimed(AccessStatus.NoWindow);
            FailRequest(index, ref message, AccessStatus.NoWindow);
        }
        else
        {
            Evaluate(index);
        }
    }

    /// <summary>Who asks: a device's id, or -1 for the host's own agents.</summary>
    private static int RequesterOf(in Transaction t) => t.Kind == TransactionKind.Remote ? CoherenceFields.Id(t.Request) : None;

    /// <summary>Decides what a request needs next. Called again whenever something it waited for has come, or the line has changed hands meanwhile.</summary>
    private void Evaluate(int index)
    {
        ref Transaction t = ref transactions[index];
        D2HRule rule = CoherenceRules.Of((D2HRequest)t.Opcode);
        int requester = RequesterOf(t);
        bool isOwn = requester >= 0 && CoherenceFields.IsOwnMemory(t.Request);
        DirectoryEntry entry = directory.Find(t.Line);
        if (!t.Asked)
        {
            t.Asked = true;
            if (rule.Snoop is { } snoop && SnoopOthers(index, snoop, rule.SnoopsSharers, requester))
            {
                if (options.SpeculativeReads && rule.SendsData && !isOwn && !IsHostMemory(t.Line))
                    Speculate(t.Line);
                return;
            }

            t = ref transactions[index];
            entry = directory.Find(t.Line);
        }

        if (!isOwn && !IsHostMemory(t.Line) && !t.IsPermitted && NeedsPermission(t, rule, entry, requester))
        {
            AskPermission(index, rule);
            return;
        }

        if (isOwn && rule.Request == D2HRequest.RdCurr)
            TakeForOwner(index);
        else if (requester >= 0 && !(isOwn && Strikes(CoherenceFault.StaleForward)))
            TakeFromHost(ref t, index, rule);
        bool needsData = rule.SendsData && !isOwn && (requester >= 0 || HostState(t.Line) == LineState.Invalid);
        if (needsData && !t.HasData)
        {
            if (IsHostMemory(t.Line))
                ReadHostMemory(index);
            else
                AskPermission(index, rule);
            return;
        }

        bool moves = rule.MovesDirty && !isOwn;
        if (t.IsDirty && !moves && !WriteBackDone(index, rule, isOwn))
            return;
        t = ref transactions[index];
        if (requester < 0)
        {
            if (rule.Request == D2HRequest.WrInv)
                WriteThrough(index, ref t.Request);
            else
                Conclude(index, rule, entry: directory.Find(t.Line));
            return;
        }

        if (isOwn)
            Forward(index, rule);
        else if (rule.PullsData)
            Pull(index, rule);
        else
            Conclude(index, rule, directory.Find(t.Line));
    }

    /// <summary>Whether the device whose memory it is has to be asked before the request can be granted.</summary>
    private bool NeedsPermission(in Transaction t, D2HRule rule, in DirectoryEntry entry, int requester) => rule.Request switch
    {
        D2HRequest.RdShared or D2HRequest.RdAny => entry.Permission == LineState.Invalid,
        D2HRequest.RdOwn or D2HRequest.RdOwnNoData => entry.Permission < LineState.Exclusive,
        D2HRequest.ItoMWr => cache is not null && entry.Permission < LineState.Exclusive,
        D2HRequest.WrCur => HostState(t.Line) != LineState.Invalid && entry.Permission < LineState.Exclusive,
        D2HRequest.ClFlush => true, // whoever caches it below the device's own pins is not known here
        _ => false,
    };

    private void AskPermission(int index, D2HRule rule)
    {
        ref Transaction t = ref transactions[index];
        if (t.Other >= 0)
        {
            // The device has stopped serving this line until it has its answer.
            ref Transaction other = ref transactions[t.Other];
            t.Phase = TransactionPhase.Other;
            if (other.Phase != TransactionPhase.ConflictAck)
                AnswerBackInvalidate(t.Other);
            return;
        }

        t.Phase = TransactionPhase.Permission;
        switch (rule.Request)
        {
            case D2HRequest.RdCurr:
                AskDevice(index, M2SRequest.MemRd, MetaField.NoOp, MetaValue.Invalid, SnoopType.SnpCur);
                break;
            case D2HRequest.RdShared:
                AskDevice(index, M2SRequest.MemRd, MetaField.Meta0State, MetaValue.Shared, SnoopType.SnpData);
                break;
            case D2HRequest.RdAny:
                AskDevice(index, M2SRequest.MemRd, MetaField.Meta0State, MetaValue.Any, SnoopType.SnpData);
                break;
            case D2HRequest.RdOwn:
                AskDevice(index, M2SRequest.MemRd, MetaField.Meta0State, MetaValue.Any, SnoopType.SnpInv);
                break;
            case D2HRequest.ClFlush:
                AskDevice(index, M2SRequest.MemInv, MetaField.Meta0State, MetaValue.Invalid, SnoopType.SnpInv);
                break;
            default:
                // What has no frame to stay in is written back at once.
                bool leaves = t.Kind == TransactionKind.Access && cache!.Find(t.Line) < 0 && cache.Choose(t.Line) < 0;
                AskDevice(index, leaves ? M2SRequest.MemInvNT : M2SRequest.MemInv, MetaField.Meta0State, MetaValue.Any, SnoopType.SnpInv);
                break;
        }
    }

    /// <summary>What a device's request does to the host's own copy.</summary>
    private void TakeFromHost(ref Transaction t, int index, D2HRule rule)
    {
        if (cache is null || cache.Find(t.Line) is not (>= 0 and int frame))
            return;
        LineState held = cache.State(frame);
        LineState kept = rule.KeptBy(held);
        if (rule.PullsData && kept == LineState.Modified)
            return; // it is written where it is
        if (!t.HasData)
            TakeFrame(index, frame);
        t.IsDirty |= held == LineState.Modified && kept != LineState.Modified;
        t.IsShared |= kept != LineState.Invalid;
        SetCacheState(frame, kept);
    }

    /// <summary>A device that reads its own memory for one use reads it there: what is newer goes there first, and stays where it is, clean.</summary>
    private void TakeForOwner(int index)
    {
        ref Transaction t = ref transactions[index];
        if (t.IsPermitted)
            return;
        t.IsPermitted = true;
        t.IsDirty = t.HasData;
        if (cache is null || cache.Find(t.Line) is not (>= 0 and int frame) || cache.State(frame) != LineState.Modified)
            return;
        t.IsDirty = true;
        TakeFrame(index, frame);
        SetCacheState(frame, LineState.Exclusive);
    }

    /// <summary>Writes what is newer than memory; false if that takes an answer.</summary>
    private bool WriteBackDone(int index, D2HRule rule, bool isOwn)
    {
        ref Transaction t = ref transactions[index];
        t.IsDirty = false;
        if (IsHostMemory(t.Line))
        {
            WriteHostMemory(index);
            return true;
        }

        DirectoryEntry entry = directory.Find(t.Line);
        bool isHeld = entry.Owner >= 0 || entry.Sharers != 0 || HostState(t.Line) != LineState.Invalid || (rule.Alone != GoState.Invalid && !isOwn);
        MetaValue value = !isHeld ? MetaValue.Invalid : rule.Request == D2HRequest.RdCurr && entry.Permission == LineState.Exclusive ? MetaValue.Any : rule.Alone is GoState.Exclusive && rule.Request != D2HRequest.RdAny ? MetaValue.Any : MetaValue.Shared;
        bool takesPart = entry.Permission != LineState.Modified;
        if (takesPart && value == MetaValue.Shared && entry.Permission == LineState.Exclusive)
        {
            entry.Permission = LineState.Shared;
            directory.Set(t.Line, entry);
        }

        WriteDevice(index, takesPart ? MetaField.Meta0State : MetaField.NoOp, value, SnoopType.NoOp);
        return false;
    }

    /// <summary>The device's request is for its own HDM-D memory, and nobody stands in its way any more.</summary>
    private void Forward(int index, D2HRule rule)
    {
        ref Transaction t = ref transactions[index];
        bool keeps = HostState(t.Line) != LineState.Invalid || directory.Find(t.Line) is { } left && (left.Owner >= 0 || left.Sharers != 0);
        DirectoryEntry entry = directory.Find(t.Line);
        // What stays behind is shared at the most.
        entry.Permission = rule.Request == D2HRequest.RdCurr ? entry.Permission : keeps ? LineState.Shared : LineState.Invalid;
        directory.Set(t.Line, entry);
        if (rule.Request == D2HRequest.ClFlush)
        {
            Grant(index, rule, GoState.Invalid);
            return;
        }

        var message = new Message
        {
            Kind = (byte)MessageKind.M2SReq,
            Address = t.Line,
            Tag = t.Request.Tag,
            Length = 1,
            Payload = None,
        };
        CoherenceFields.SetOpcode(ref message, (int)(rule.PullsData ? M2SRequest.MemWrFwd : M2SRequest.MemRdFwd));
        CoherenceFields.SetMeta(ref message, MetaField.Meta0State, !keeps ? MetaValue.Invalid : entry.Permission == LineState.Shared ? MetaValue.Shared : MetaValue.Any, SnoopType.NoOp);
        Emit(ref message);
        End(index);
    }

    /// <summary>A request without data of the device's own: the directory changes, and it is granted.</summary>
    private void Conclude(int index, D2HRule rule, DirectoryEntry entry)
    {
        ref Transaction t = ref transactions[index];
        int requester = RequesterOf(t);
        if (requester < 0)
        {
            t.IsShared = entry.Owner >= 0 || entry.Sharers != 0 || entry.Permission == LineState.Shared;
            FinishAccess(index);
            return;
        }

        ushort bit = (ushort)(1 << requester);
        bool among = HostState(t.Line) != LineState.Invalid || entry.Owner >= 0 || (entry.Sharers & ~bit) != 0 || (!IsHostMemory(t.Line) && entry.Permission == LineState.Shared);
        GoState state = t.IsDirty ? GoState.Modified : among && !Strikes(CoherenceFault.UnsharedGrant) ? rule.Among : rule.Alone;
        if (rule.Request == D2HRequest.ClFlush)
        {
            entry.Permission = LineState.Invalid;
            entry.Owner = -1;
            entry.Sharers = 0;
        }
        else if (state is GoState.Exclusive or GoState.Modified)
        {
            entry.Owner = (sbyte)requester;
            entry.Sharers = 0;
        }
        else if (state == GoState.Shared)
        {
            entry.Sharers |= bit;
        }

        directory.Set(t.Line, entry);
        Grant(index, rule, state);
    }

    /// <summary>Answers a device: the state, with the line if it asked for it.</summary>
    private void Grant(int index, D2HRule rule, GoState state)
    {
        ref Transaction t = ref transactions[index];
        bool sends = rule.SendsData && state != GoState.Error;
        SendResponse(index, sends ? MessageKind.H2DData : MessageKind.H2DRsp, H2DResponse.Go, state, sends);
        End(index);
    }

    private void SendResponse(int index, MessageKind kind, H2DResponse response, GoState state, bool withData = false)
    {
        ref Transaction t = ref transactions[index];
        var message = new Message
        {
            Kind = (byte)kind,
            Address = t.Line,
            Tag = t.Request.Tag,
            Agent = (int)(TagOf(index) & ~TagBase),
            Argument = (ulong)state | (ulong)t.Status << 8,
            Length = 1,
            Payload = None,
            Flags = (ushort)(hasData ? AccessFlags.None : AccessFlags.TimingOnly),
        };
        CoherenceFields.SetOpcode(ref message, (int)response);
        CoherenceFields.SetId(ref message, CoherenceFields.Id(t.Request));
        if (withData)
            GiveData(ref message, Buffer(index), t.IsPoisoned);
        Emit(ref message, response == H2DResponse.Go && state != GoState.Invalid && Strikes(CoherenceFault.LateGo) ? options.LookUp * 200 : SimDuration.Zero);
    }
}
