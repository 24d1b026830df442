using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The host's memory, and the memory of devices on CXL.mem.</summary>
public sealed partial class HomeAgent
{
    private void ReadHostMemory(int index)
    {
        ref Transaction t = ref transactions[index];
        t.Phase = TransactionPhase.Memory;
        var read = new Message
        {
            Kind = (byte)MessageKind.M2SReq,
            Address = t.Line,
            Tag = TagOf(index),
            Length = 1,
            Payload = None,
            Flags = (ushort)(hasData ? AccessFlags.None : AccessFlags.TimingOnly),
        };
        Emit(ref read);
    }

    /// <summary>Writes the line in a transaction's buffer to the host's memory, which serves in order: nobody waits for it.</summary>
    private void WriteHostMemory(int index)
    {
        ref Transaction t = ref transactions[index];
        Statistics.WriteBacks++;
        var write = new Message
        {
            Kind = (byte)MessageKind.M2SRwD,
            Address = t.Line,
            Tag = TagBase | IndexMask | LifeMask << IndexBits,
            Length = 1,
            Payload = None,
            Flags = (ushort)(hasData ? AccessFlags.None : AccessFlags.TimingOnly),
        };
        GiveData(ref write, Buffer(index), t.IsPoisoned);
        LogStored(t.Line, Buffer(index), t.IsPoisoned, !hasData);
        Emit(ref write);
    }

    private void AskDevice(int index, M2SRequest opcode, MetaField field, MetaValue value, SnoopType snoop)
    {
        ref Transaction t = ref transactions[index];
        var message = new Message
        {
            Kind = (byte)MessageKind.M2SReq,
            Address = t.Line,
            Tag = TagOf(index),
            Length = 1,
            Payload = None,
            Flags = (ushort)((hasData ? AccessFlags.None : AccessFlags.TimingOnly) | (AccessFlags)(t.Request.Flags & (ushort)AccessFlags.Traced)),
        };
        if (value != MetaValue.Invalid && Strikes(CoherenceFault.WrongMetaValue))
            value = MetaValue.Invalid;
        CoherenceFields.SetOpcode(ref message, (int)opcode);
        CoherenceFields.SetMeta(ref message, field, value, snoop);
        Emit(ref message);
    }

    /// <summary>Lets the memory of a device know that a read may follow: nobody waits for it.</summary>
    private void Speculate(ulong line)
    {
        Statistics.SpeculativeReads++;
        var message = new Message { Kind = (byte)MessageKind.M2SReq, Address = line, Tag = TagBase | IndexMask | LifeMask << IndexBits, Length = 1, Payload = None, Flags = (ushort)AccessFlags.TimingOnly };
        CoherenceFields.SetOpcode(ref message, (int)M2SRequest.MemSpecRd);
        CoherenceFields.SetMeta(ref message, MetaField.NoOp, MetaValue.Invalid, SnoopType.NoOp);
        Emit(ref message);
    }

    /// <summary>Writes the line in a transaction's buffer to a device's memory; the transaction goes on when it is there.</summary>
    private void WriteDevice(int index, MetaField field, MetaValue value, SnoopType snoop)
    {
        ref Transaction t = ref transactions[index];
        Statistics.WriteBacks++;
        t.Phase = TransactionPhase.Memory;
        var message = new Message
        {
            Kind = (byte)MessageKind.M2SRwD,
            Address = t.Line,
            Tag = TagOf(index),
            Length = 1,
            Payload = None,
            Flags = (ushort)(hasData ? AccessFlags.None : AccessFlags.TimingOnly),
        };
        GiveData(ref message, Buffer(index), t.IsPoisoned);
        CoherenceFields.SetOpcode(ref message, (int)M2SWrite.MemWr);
        CoherenceFields.SetMeta(ref message, field, value, snoop);
        if (field == MetaField.NoOp)
            LogStored(t.Line, Buffer(index), t.IsPoisoned, !hasData); // a device that does not take part logs nothing
        Emit(ref message);
    }

    /// <summary>A write that goes to memory past all caches: of an agent without a cache, or of a device.</summary>
    private void WriteThrough(int index, ref Message data)
    {
        ref Transaction t = ref transactions[index];
        t.Phase = TransactionPhase.Memory;
        t.IsWritten = true;
        bool isPartial = Has(data, AccessFlags.Partial);
        var write = new Message
        {
            Kind = (byte)MessageKind.M2SRwD,
            Address = t.Line,
            Tag = TagOf(index),
            Length = 1,
            Payload = data.Payload,
            Argument = isPartial ? data.Argument : 0,
            Flags = (ushort)(data.Flags & (Message.HasLines | (ushort)(AccessFlags.Partial | AccessFlags.Poison | AccessFlags.TimingOnly | AccessFlags.Traced))),
        };
        data.Flags &= unchecked((ushort)~Message.HasLines);
        data.Payload = None;
        DirectoryEntry entry = directory.Find(t.Line);
        if (!IsHostMemory(t.Line))
        {
            // A device that takes part logs what it writes.
            if (Log is not null && (write.Flags & Message.HasLines) != 0)
                Line(write.Payload).CopyTo(Buffer(index));
            t.TimingOnly = (write.Flags & Message.HasLines) == 0;
            t.Bytes = BytesOf(write);
            t.IsPoisoned = Has(write, AccessFlags.Poison);
            entry.Permission = LineState.Invalid;
            directory.Set(t.Line, entry);
            CoherenceFields.SetOpcode(ref write, (int)(isPartial ? M2SWrite.MemWrPtl : M2SWrite.MemWr));
            CoherenceFields.SetMeta(ref write, MetaField.Meta0State, MetaValue.Invalid, SnoopType.SnpInv);
        }
        else
        {
            LogUncachedWrite(t.Line, write);
        }

        Emit(ref write);
    }

    /// <summary>Memory has answered, the host's or a device's.</summary>
    private void OnMemory(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.S2MNdr && CoherenceFields.IsConflictAck(message))
        {
            OnConflictAck(message);
            return;
        }

        int index = IndexOf(message.Tag);
        if (index < 0)
            return; // a write that nobody waits for, or a request that was given up
        ref Transaction t = ref transactions[index];
        if (t.Phase is not (TransactionPhase.Memory or TransactionPhase.Permission))
            return;
        var status = (AccessStatus)message.Status;
        if (t.Kind == TransactionKind.BackInvalidate)
        {
            SendBackInvalidateResponse(index);
            return;
        }

        if (t.Kind == TransactionKind.Eviction || (t.Kind == TransactionKind.Remote && CoherenceRules.Of((D2HRequest)t.Opcode).Evicts))
        {
            if (status != AccessStatus.Ok && t.IsDirty)
                LogLost(t.Line);
            End(index);
            return;
        }

        if (t.IsWritten)
        {
            EndWrite(index, status, takesPart: message.Spacing != 0 || IsHostMemory(t.Line));
            return;
        }

        if (status is not (AccessStatus.Ok or AccessStatus.Poisoned))
        {
            if (t.Phase == TransactionPhase.Memory && !IsHostMemory(t.Line))
                LogLost(t.Line); // what a snoop brought was written back to a device that did not take it
            FailRequest(index, ref message, status);
            return;
        }

        if (message.Kind == (byte)MessageKind.S2MDrs)
        {
            hasData |= (message.Flags & Message.HasLines) != 0;
            TakeData(index, message);
        }

        if (t.Phase == TransactionPhase.Permission)
            TakePermission(index, message);
        Evaluate(index);
    }

    /// <summary>What a device lets the host hold from now on.</summary>
    private void TakePermission(int index, in Message message)
    {
        ref Transaction t = ref transactions[index];
        t.IsPermitted = true;
        if ((D2HRequest)t.Opcode is D2HRequest.RdCurr or D2HRequest.ClFlush)
            return;
        bool hasCompletion = true;
        S2MCompletion completion = S2MCompletion.Cmp;
        if (message.Kind == (byte)MessageKind.S2MNdr)
            completion = (S2MCompletion)CoherenceFields.Opcode(message);
        else
            hasCompletion = CoherenceFields.HasCompletion(message, out completion);
        DirectoryEntry entry = directory.Find(t.Line);
        entry.Permission = !hasCompletion ? LineState.Modified // it does not take part: only the host caches the line
            : completion == S2MCompletion.CmpS ? LineState.Shared
            : LineState.Exclusive;
        directory.Set(t.Line, entry);
    }

    /// <summary>A write past all caches has reached memory.</summary>
    private void EndWrite(int index, AccessStatus status, bool takesPart)
    {
        ref Transaction t = ref transactions[index];
        t.Status = status;
        if (!takesPart && !t.TimingOnly)
            LogUncachedWrite(t.Line, Buffer(index), t.Bytes, t.IsPoisoned);

        if (t.Kind == TransactionKind.Access)
        {
            FinishAccess(index);
            return;
        }

        D2HRule rule = CoherenceRules.Of((D2HRequest)t.Opcode);
        if (rule.Last is { } last)
            SendResponse(index, MessageKind.H2DRsp, last, status == AccessStatus.Ok ? GoState.Invalid : GoState.Error);
        End(index);
    }

    /// <summary>A request cannot be granted: its requester is told why.</summary>
    private void FailRequest(int index, ref Message message, AccessStatus status)
    {
        ref Transaction t = ref transactions[index];
        t.Status = status;
        if (t.Kind == TransactionKind.Access)
        {
            Message request = TakeRequest(index);
            DropPayload(ref request);
            if (message.Kind == (byte)MessageKind.S2MDrs)
                TakeData(index, message);
            bool carries = (message.Flags & Message.HasLines) != 0;
            Respond(ref request, carries ? Buffer(index) : default, Has(message, AccessFlags.Poison), status, SimDuration.Zero);
            End(index);
            return;
        }

        D2HRule rule = CoherenceRules.Of((D2HRequest)t.Opcode);
        if (rule.PullsData)
        {
            t.Phase = TransactionPhase.Pull;
            SendResponse(index, MessageKind.H2DRsp, H2DResponse.GoErrWritePull, GoState.Error);
            End(index); // what comes of it is for nobody
            return;
        }

        Grant(index, rule, GoState.Error);
    }
}
