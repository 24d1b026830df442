using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Back-invalidate snoops: the device takes lines of its own memory from the host.</summary>
public sealed partial class DeviceCoherence
{
    /// <summary>Whether the device's BI decoder lets it ask. Without, what the host may hold of its memory stays the host's: an access to it fails.</summary>
    private bool MayBackInvalidate => ((Endpoint)Parent!).MayBackInvalidate;

    private const int BlockForm = (int)S2MBISnoop.BISnpCurBlk;
    private const ulong Nowhere = ulong.MaxValue;
    private ulong answered = Nowhere;
    private long answeredSince;

    /// <summary>Asks the host to give a line up, or to share it; and what it holds of the line's block with it, where blocks are asked for.</summary>
    private void SnoopHost(int index, S2MBISnoop snoop)
    {
        if (!MayBackInvalidate)
        {
            Fail(index, AccessStatus.NoBackInvalidate);
            return;
        }

        ulong line = transactions[index].Line;
        SimDuration after = transactions[index].Kind == TransactionKind.Access ? engineLatency : options.LookUp;
        Await(index, snoop, after);
        Statistics.BackInvalidates++;
        var message = new Message { Kind = (byte)MessageKind.S2MBISnp, Address = line, Tag = TagOf(index), Length = 1, Payload = None };
        CoherenceFields.SetOpcode(ref message, (int)snoop);
        if (options.SnoopLines > 1)
            TakeBlock(ref message, line, snoop, after);
        Emit(ref message, after);
    }

    private void Await(int index, S2MBISnoop snoop, SimDuration after)
    {
        ref Transaction t = ref transactions[index];
        t.Phase = TransactionPhase.BackInvalidate;
        t.Request.Time = Now.Femtoseconds + after.Femtoseconds;
        t.Opcode = (byte)snoop;
    }

    /// <summary>The lines of the block that would need the same snoop, and that nobody uses: one asks for all.</summary>
    private void TakeBlock(ref Message message, ulong line, S2MBISnoop snoop, SimDuration after)
    {
        ulong first = line & ~((ulong)options.SnoopLines * LineBytes - 1);
        ulong lines = 1UL << (int)((line - first) / LineBytes);
        LineState least = snoop == S2MBISnoop.BISnpInv ? LineState.Shared : LineState.Exclusive;
        for (int i = 0; i < options.SnoopLines; i++)
        {
            ulong other = first + (ulong)(i * LineBytes);
            if (other == line || !IsOwn(other) || filter!.StateOf(other) < least || own.Find(other) >= 0 || host.Find(other) >= 0)
                continue;
            int beside = Allocate(other, TransactionKind.BackInvalidate);
            own.Set(other, beside);
            LockFilter(other, true);
            Await(beside, snoop, after);
            lines |= 1UL << i;
        }

        if (BitOperations.PopCount(lines) == 1)
            return;
        Statistics.BlockSnoops++;
        message.Address = first;
        message.Argument = lines;
        CoherenceFields.SetOpcode(ref message, (int)snoop + BlockForm);
    }

    private void OnBackInvalidateResponse(ref Message message)
    {
        var status = (AccessStatus)message.Status;
        int opcode = CoherenceFields.Opcode(message);
        if (opcode < BlockForm)
        {
            TakeBack(message.Address & LineMask, (M2SBIResponse)opcode, status);
            return;
        }

        for (ulong rest = message.Argument; rest != 0; rest &= rest - 1)
            TakeBack(message.Address + LineBytes * (ulong)BitOperations.TrailingZeroCount(rest), (M2SBIResponse)(opcode - BlockForm), status);
    }

    /// <summary>The host has answered for a line.</summary>
    private void TakeBack(ulong line, M2SBIResponse response, AccessStatus status)
    {
        int index = own.Find(line);
        if (index < 0 || transactions[index].Phase != TransactionPhase.BackInvalidate)
            return; // given up meanwhile
        ref Transaction t = ref transactions[index];
        Statistics.BackInvalidateTime += Now.Femtoseconds - t.Request.Time;
        if (status != AccessStatus.Ok)
        {
            GiveUpBackInvalidate(index, status);
            return;
        }

        int frame = filter!.Find(line);
        if (frame >= 0 && response == M2SBIResponse.BIRspI)
            filter.State(frame) = LineState.Invalid;
        else if (frame >= 0 && response == M2SBIResponse.BIRspS)
            filter.State(frame) = LineState.Shared;
        if (t.Kind == TransactionKind.BackInvalidate)
        {
            foreach (int waiter in filterWaiters)
            {
                if (transactions[waiter].Other == index)
                    transactions[waiter].Other = None;
            }

            // What the host had written when the snoop went out is in memory now: a read that is no younger, and keeps nothing, asks no more.
            if (t.Opcode == (byte)S2MBISnoop.BISnpCur)
                (answered, answeredSince) = (line, t.Started);
            End(index);
            answered = Nowhere;
        }
        else
        {
            Start(index);
        }
    }

    /// <summary>The host was not asked, or its answer is lost: it may hold the line as before. An access fails, and so does a request of the host that waits for the room.</summary>
    private void GiveUpBackInvalidate(int index, AccessStatus status)
    {
        if (transactions[index].Kind != TransactionKind.BackInvalidate)
        {
            Fail(index, status);
            return;
        }

        for (int left = filterWaiters.Count; left > 0; left--)
        {
            int waiter = filterWaiters.Dequeue();
            if (transactions[waiter].Other == index)
                RefuseWaiting(waiter, status);
            else
                filterWaiters.Enqueue(waiter);
        }

        End(index);
    }

    private void RefuseWaiting(int index, AccessStatus status)
    {
        ref Transaction t = ref transactions[index];
        Message message = t.Request;
        t.Request.Flags &= unchecked((ushort)~Message.HasLines);
        t.Request.Payload = None;
        int chain = TakeParked(index);
        host.Remove(t.Line);
        Release(index);
        RefuseHost(ref message, status);
        Wake(chain);
    }

    /// <summary>A request of the host for a line that the snoop filter has no room for, and cannot make any.</summary>
    private void RefuseHost(ref Message message, AccessStatus status)
    {
        AnswerUnclaimed(ref message, status);
        message.Class = 0;
        message.Spacing = 0;
        Emit(ref message, options.LookUp);
    }
}
