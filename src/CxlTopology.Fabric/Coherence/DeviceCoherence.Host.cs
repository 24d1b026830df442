using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Requests of the host to the device's memory.</summary>
public sealed partial class DeviceCoherence
{
    private const int Refused = -2;
    private readonly Queue<int> filterWaiters = new();

    private void OnHostRequest(ref Message message)
    {
        bool isWrite = message.Kind == (byte)MessageKind.M2SRwD;
        int opcode = CoherenceFields.Opcode(message);
        if (isWrite && opcode == (int)M2SWrite.BIConflict)
        {
            Statistics.Conflicts++;
            AnswerWithoutData(ref message, S2MCompletion.BIConflictAck);
            return;
        }

        if (!isWrite && opcode is (int)M2SRequest.MemRdFwd or (int)M2SRequest.MemWrFwd)
        {
            OnForward(ref message);
            return;
        }

        ulong line = message.Address & LineMask;
        int busy = own.Find(line);
        if (busy >= 0)
        {
            if (transactions[busy].Kind == TransactionKind.Flush && !isWrite)
                transactions[transactions[busy].Other].IsShared = true; // the host is at the page again

            // A write never waits for the host, or for what waits for it; a read does not pass a back-invalidate snoop.
            TransactionPhase phase = transactions[busy].Phase;
            if (phase == TransactionPhase.Memory || (!isWrite && phase == TransactionPhase.BackInvalidate))
            {
                Park(busy, ref message);
                return;
            }
        }

        busy = host.Find(line);
        if (busy >= 0)
        {
            Park(busy, ref message);
            return;
        }

        Statistics.HostRequests++;
        Serve(ref message, line, isWrite);
    }

    private void Serve(ref Message message, ulong line, bool isWrite)
    {
        bool coherent = CoherenceFields.IsCoherent(message);
        var opcode = coherent ? (M2SRequest)CoherenceFields.Opcode(message) : M2SRequest.MemRd;
        bool hasMeta = coherent && CoherenceFields.MetaField(message) == MetaField.Meta0State;
        MetaValue wanted = CoherenceFields.MetaValue(message);
        SnoopType snoop = coherent ? CoherenceFields.SnoopType(message) : isWrite ? SnoopType.SnpInv : SnoopType.SnpCur;
        bool reads = !isWrite && opcode is M2SRequest.MemRd or M2SRequest.MemRdData or M2SRequest.MemRdTee;
        int frame = cache?.Find(line) ?? None;
        LineState held = frame < 0 ? LineState.Invalid : cache!.State(frame);
        DeviceRule rule = CoherenceRules.Of(snoop, held);
        S2MCompletion completion = !hasMeta || isWrite || opcode == M2SRequest.MemClnEvct ? S2MCompletion.Cmp : CoherenceRules.Completion(wanted, rule.Kept);
        if (completion == S2MCompletion.CmpS && wanted == MetaValue.Any && Strikes(CoherenceFault.WrongCompletion))
            completion = S2MCompletion.CmpE;
        LineState tracked = !hasMeta ? LineState.Modified // unchanged
            : isWrite ? wanted switch { MetaValue.Shared => LineState.Shared, MetaValue.Any => LineState.Exclusive, _ => LineState.Invalid }
            : completion switch { S2MCompletion.CmpS => LineState.Shared, S2MCompletion.CmpE => LineState.Exclusive, _ => LineState.Invalid };
        if (tracked is LineState.Shared or LineState.Exclusive && filter is not null && filter.Find(line) < 0 && !TryMakeFilterRoom(line, out int recall))
        {
            if (recall == Refused)
            {
                RefuseHost(ref message, AccessStatus.NoBackInvalidate);
                return;
            }

            int waiting = Allocate(line, TransactionKind.Remote);
            ref Transaction w = ref transactions[waiting];
            w.Phase = TransactionPhase.Filter;
            w.Other = recall;
            Keep(ref w.Request, ref message);
            host.Set(line, waiting);
            filterWaiters.Enqueue(waiting);
            return;
        }

        Track(line, tracked);
        if (frame >= 0)
        {
            if (rule.WritesMemory && !(isWrite && !Has(message, AccessFlags.Partial)))
                WriteMemory(line, hasData ? cache!.Data(frame) : default, cache!.Poisoned(frame), !hasData);
            if (!(own.Find(line) >= 0 && Strikes(CoherenceFault.LostUpgrade)))
                SetCacheState(frame, rule.Kept);
        }

        if (isWrite && snoop == SnoopType.SnpInv)
            LogUncachedWrite(line, message);
        else if (isWrite && (message.Flags & Message.HasLines) != 0)
            LogStored(line, Line(message.Payload), Has(message, AccessFlags.Poison), false);
        if (reads && rule.Answers)
        {
            Answer(ref message, AccessStatus.Ok);
            message.Class = 0;
            message.Spacing = 0;
            if (hasMeta)
                CoherenceFields.SetCompletion(ref message, completion);
            GiveData(ref message, hasData ? cache!.Data(frame) : default, cache!.Poisoned(frame));
            if (cache!.Poisoned(frame))
                message.Status = (byte)AccessStatus.Poisoned;
            Emit(ref message, accessLatency);
            return;
        }

        if (!reads && !isWrite)
        {
            AnswerWithoutData(ref message, completion);
            return;
        }

        int index = Allocate(line, TransactionKind.Remote);
        ref Transaction t = ref transactions[index];
        t.Phase = TransactionPhase.Memory;
        t.Opcode = (byte)(hasMeta ? (int)completion + 1 : 0);
        t.Request.Tag = message.Tag;
        t.Asked = isWrite;
        if (!isWrite)
        {
            host.Set(line, index); // a write is over once it is in the memory's order
            LockFilter(line, true);
        }

        AccessMemory(index, ref message, options.LookUp);
    }

    /// <summary>The device's memory has answered: an access of the device, or a request of the host.</summary>
    private void OnMemory(ref Message message)
    {
        int index = IndexOf(message.Tag);
        if (index < 0 || transactions[index].Phase != TransactionPhase.Memory)
            return; // nobody waits for it
        ref Transaction t = ref transactions[index];
        if (Has(message, AccessFlags.Lost))
            LogLost(t.Line);
        var status = (AccessStatus)message.Status;
        if (t.Kind == TransactionKind.Remote)
        {
            message.Tag = t.Request.Tag;
            message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Local);
            message.Class = 0;
            message.Spacing = 0;
            int completion = t.Opcode - 1;
            bool isWrite = t.Asked;
            ulong line = t.Line;
            message.Address = line;
            if (isWrite)
            {
                CoherenceFields.SetOpcode(ref message, (int)S2MCompletion.Cmp);
                CoherenceFields.SetCompletion(ref message, S2MCompletion.Cmp);
            }
            else if (completion >= 0)
            {
                CoherenceFields.SetCompletion(ref message, (S2MCompletion)completion);
            }

            Emit(ref message, SimDuration.Zero);
            int chain = TakeParked(index);
            if (!isWrite)
            {
                host.Remove(line);
                LockFilter(line, false);
            }

            Release(index);
            if (chain != None)
                Wake(chain);
            RetryFilter();
            return;
        }

        if (status is not (AccessStatus.Ok or AccessStatus.Poisoned))
        {
            Fail(index, status);
            return;
        }

        if (message.Kind == (byte)MessageKind.S2MDrs)
            TakeData(index, message);
        if (t.Keeps)
        {
            Finish(index, t.Request.Kind == (byte)MessageKind.M2SRwD || !t.IsShared ? LineState.Exclusive : LineState.Shared);
            return;
        }

        if (message.Kind == (byte)MessageKind.S2MDrs)
            LogRead(t.Line, Buffer(index), t.Since, t.TimingOnly || t.IsPoisoned);
        Done(index);
    }

    /// <summary>The host has resolved a request for the device's own memory.</summary>
    private void OnForward(ref Message message)
    {
        int index = IndexOf(message.Tag);
        if (index < 0)
            return; // given up meanwhile
        ref Transaction t = ref transactions[index];
        var request = (D2HRequest)t.Opcode;
        t.IsShared = request == D2HRequest.RdShared || CoherenceFields.MetaValue(message) == MetaValue.Shared;
        Proceed(index);
    }

    private void AnswerWithoutData(ref Message message, S2MCompletion completion)
    {
        Answer(ref message, AccessStatus.Ok);
        message.Kind = (byte)MessageKind.S2MNdr;
        message.Spacing = 0;
        CoherenceFields.SetOpcode(ref message, (int)completion);
        Emit(ref message, options.LookUp);
    }

    /// <summary>Notes what the host holds of a line from now on.</summary>
    private void Track(ulong line, LineState state)
    {
        if (state == LineState.Modified)
            return;
        if (filter is null)
        {
            if (state != LineState.Invalid && BiasOf(line) == Bias.Device && !Suffers(CoherenceFault.MissedFlip))
                SetBias(line, Bias.Host);
            return;
        }

        int frame = filter.Find(line);
        if (frame < 0 && state != LineState.Invalid)
            filter.Install(filter.Choose(line), line, state);
        else if (frame >= 0)
            filter.State(frame) = state;
    }

    private void LockFilter(ulong line, bool locked)
    {
        if (filter is not null && filter.Find(line) is >= 0 and int frame)
            filter.Locked(frame) = locked;
    }

    /// <summary>Whether the snoop filter has an empty frame for a line; else one is being made empty, by the transaction that comes back, or all are in use (-1), or the device may not make any (-2).</summary>
    private bool TryMakeFilterRoom(ulong line, out int recall)
    {
        recall = None;
        int frame = filter!.Choose(line);
        if (frame >= 0 && filter.State(frame) == LineState.Invalid)
            return true;
        if (frame < 0)
            return false;
        if (Strikes(CoherenceFault.FilterNotInclusive))
        {
            filter.State(frame) = LineState.Invalid;
            return true;
        }

        if (!MayBackInvalidate)
        {
            recall = Refused;
            return false;
        }

        ulong victim = filter.Line(frame);
        filter.Locked(frame) = true;
        recall = Allocate(victim, TransactionKind.BackInvalidate);
        own.Set(victim, recall);
        Statistics.Recalls++;
        SnoopHost(recall, S2MBISnoop.BISnpInv);
        return false;
    }

    /// <summary>Looks again at requests that wait for room in the snoop filter.</summary>
    private void RetryFilter()
    {
        for (int left = filterWaiters.Count; left > 0; left--)
        {
            int index = filterWaiters.Dequeue();
            ref Transaction t = ref transactions[index];
            int choice = filter!.Choose(t.Line);
            bool hasRoom = filter.Find(t.Line) >= 0 || (choice >= 0 && filter.State(choice) == LineState.Invalid);
            if (!hasRoom && (t.Other >= 0 || choice < 0))
            {
                filterWaiters.Enqueue(index); // its recall is under way
                continue;
            }

            ulong line = t.Line;
            Message message = TakeRequest(index);
            int chain = TakeParked(index);
            host.Remove(line);
            Release(index);
            message.Time = Now.Femtoseconds;
            Serve(ref message, line, message.Kind == (byte)MessageKind.M2SRwD);
            if (chain != None)
                Wake(chain);
        }
    }
}
