using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Back-invalidate snoops: a device asks for lines of its own memory back.</summary>
public sealed partial class HomeAgent
{
    private void OnBackInvalidate(ref Message message)
    {
        Statistics.BackInvalidates++;
        int opcode = CoherenceFields.Opcode(message);
        if (opcode <= (int)S2MBISnoop.BISnpInv)
        {
            BeginBackInvalidate(ref message, None);
            return;
        }

        // A block form: each of its lines by itself, and one answer for all if they come to the same.
        int block = BeginBlock(message);
        for (ulong rest = message.Argument; rest != 0; rest &= rest - 1)
        {
            Message single = message;
            single.Address += LineBytes * (ulong)BitOperations.TrailingZeroCount(rest);
            CoherenceFields.SetOpcode(ref single, opcode - BlockForm);
            BeginBackInvalidate(ref single, block);
        }
    }

    private void BeginBackInvalidate(ref Message message, int block)
    {
        ulong line = message.Address & LineMask;
        int inUse = busy.Find(line);
        int index = Allocate(line, TransactionKind.BackInvalidate);
        transactions[index].Block = block;
        Keep(ref transactions[index].Request, ref message);
        if (inUse < 0)
        {
            busy.Set(line, index);
            LockFrame(line, true);
            AnswerBackInvalidate(index);
            return;
        }

        ref Transaction main = ref transactions[inUse];
        main.Other = index;
        if (main.Phase != TransactionPhase.Permission)
        {
            transactions[index].Phase = TransactionPhase.Other;
            return;
        }

        // Which of the two did the device come to first? It answers behind all completions that it has sent.
        Statistics.Conflicts++;
        if (Suffers(CoherenceFault.IgnoredConflict))
        {
            main.Other = None;
            transactions[index].Opcode = (byte)M2SBIResponse.BIRspI;
            SendBackInvalidateResponse(index);
            return;
        }

        transactions[index].Phase = TransactionPhase.ConflictAck;
        var conflict = new Message { Kind = (byte)MessageKind.M2SRwD, Address = line, Tag = TagOf(index), Length = 1, Payload = None, Flags = (ushort)AccessFlags.TimingOnly };
        CoherenceFields.SetOpcode(ref conflict, (int)M2SWrite.BIConflict);
        CoherenceFields.SetMeta(ref conflict, MetaField.NoOp, MetaValue.Invalid, SnoopType.NoOp);
        Emit(ref conflict);
    }

    private void OnConflictAck(in Message message)
    {
        int index = IndexOf(message.Tag);
        if (index < 0 || transactions[index].Phase != TransactionPhase.ConflictAck)
            return;
        ref Transaction t = ref transactions[index];
        int inUse = busy.Find(t.Line);
        if (inUse == index || transactions[inUse].Phase is TransactionPhase.Permission or TransactionPhase.Other)
            AnswerBackInvalidate(index); // the request in its way is over, or the device has not come to it, or it is not sent yet
        else
            t.Phase = TransactionPhase.Other; // it was completed before, and is served to its end first
    }

    /// <summary>Takes the line from whoever holds it, as far as the snoop asks for, and answers.</summary>
    private void AnswerBackInvalidate(int index)
    {
        ref Transaction t = ref transactions[index];
        var snoop = (S2MBISnoop)CoherenceFields.Opcode(t.Request);
        if (!t.Asked)
        {
            t.Asked = true;
            H2DRequest forward = snoop switch
            {
                S2MBISnoop.BISnpInv or S2MBISnoop.BISnpInvBlk => H2DRequest.SnpInv,
                S2MBISnoop.BISnpData or S2MBISnoop.BISnpDataBlk => H2DRequest.SnpData,
                _ => H2DRequest.SnpCur,
            };
            if (SnoopOthers(index, forward, forward == H2DRequest.SnpInv, None))
                return;
            t = ref transactions[index];
        }

        DirectoryEntry entry = directory.Find(t.Line);
        bool byDevices = entry.Owner >= 0 || entry.Sharers != 0;
        int frame = cache?.Find(t.Line) ?? None;
        LineState held = frame >= 0 ? cache!.State(frame) : byDevices ? entry.Owner >= 0 ? LineState.Exclusive : LineState.Shared : LineState.Invalid;
        if (t.IsDirty)
            held = LineState.Modified; // a device had it
        BackInvalidateRule rule = CoherenceRules.Of(snoop, held);
        if (frame >= 0)
        {
            if (held == LineState.Modified)
            {
                t.IsDirty = true;
                TakeFrame(index, frame);
            }

            if (!(rule.Kept == LineState.Invalid && Strikes(CoherenceFault.KeptCopy)))
                SetCacheState(frame, rule.Kept);
        }

        entry.Permission = rule.Kept switch
        {
            LineState.Invalid => LineState.Invalid,
            LineState.Shared => LineState.Shared,
            _ => entry.Permission,
        };
        bool isDirty = t.IsDirty || (t.HasData && held == LineState.Exclusive && snoop is S2MBISnoop.BISnpCur);
        directory.Set(t.Line, entry);
        t.Opcode = (byte)(rule.Response != M2SBIResponse.BIRspI && Strikes(CoherenceFault.WrongBackInvalidateResponse) ? M2SBIResponse.BIRspI : rule.Response);
        if (isDirty)
        {
            t.IsDirty = false;
            WriteDevice(index, MetaField.Meta0State, rule.WriteBack ?? MetaValue.Any, SnoopType.NoOp);
            return;
        }

        SendBackInvalidateResponse(index);
    }

    private void SendBackInvalidateResponse(int index)
    {
        ref Transaction t = ref transactions[index];
        if (t.Block >= 0)
            AnswerInBlock(t.Block, t.Line, t.Opcode);
        else
            EmitBackInvalidateResponse(t.Request, t.Line, t.Opcode, 0);
        ulong line = t.Line;
        int inUse = busy.Find(line);
        if (inUse == index)
        {
            End(index);
            return;
        }

        Release(index);
        if (inUse < 0)
            return;
        ref Transaction main = ref transactions[inUse];
        main.Other = None;
        if (main.Phase == TransactionPhase.Other)
            Evaluate(inUse); // it had stood back
    }
}
