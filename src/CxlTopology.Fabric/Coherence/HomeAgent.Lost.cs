using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What becomes of requests whose answers were lost with a device that was reset, or with its link.</summary>
/// <remarks>
/// Ports and devices say when something was lost (<see cref="MessageKind.DeviceLost"/>). Who waits for an answer for <see cref="CoherenceEngine.LostAfter"/> after
/// that will not get it: a request for memory ends with <see cref="AccessStatus.Timeout"/>, a device that does not answer a snoop holds
/// nothing any more, a write whose data does not come has not been made. So no line stays in use for ever.
/// </remarks>
public sealed partial class HomeAgent
{
    /// <summary>Something was lost below; if the message names a line, it is a grant that nobody took.</summary>
    private void OnDeviceLost(in Message message)
    {
        if (message.Argument != 0)
        {
            if ((GoState)message.Argument == GoState.Modified)
                LogLost(message.Address & LineMask);
            RemoveHolder(message.Address & LineMask, CoherenceFields.Id(message));
            return;
        }

        SweepLater();
    }

    private protected override bool MayBeLost(in Transaction t) => t.Kind != TransactionKind.None;

    /// <summary>Goes on as if what a transaction waits for had come, with nothing in it.</summary>
    private protected override void GiveUpWaiting(int index)
    {
        ref Transaction t = ref transactions[index];
        var answer = new Message
        {
            Address = t.Line,
            Tag = TagOf(index) & ~TagBase,
            Length = 1,
            Payload = None,
            Status = (byte)AccessStatus.Timeout,
            Flags = (ushort)AccessFlags.TimingOnly,
        };
        switch (t.Phase)
        {
            case TransactionPhase.Memory or TransactionPhase.Permission:
                LogLost(t.Line); // whether a write has arrived nobody knows
                CountUnclaimed(AccessStatus.Timeout);
                answer.Kind = (byte)MessageKind.S2MNdr;
                OnMemory(ref answer);
                break;
            case TransactionPhase.Pull:
                LogLost(t.Line);
                answer.Kind = (byte)MessageKind.D2HData;
                CoherenceFields.SetOpcode(ref answer, 0);
                CoherenceFields.SetId(ref answer, RequesterOf(t), bogus: true);
                OnPulled(ref answer);
                break;
            case TransactionPhase.ConflictAck:
                OnConflictAck(answer);
                break;
            case TransactionPhase.Snoops:
                GiveUpSnoops(index);
                break;
        }
    }

    /// <summary>Who has not answered holds nothing: who has, and holds nothing, is not in the directory any more.</summary>
    private void GiveUpSnoops(int index)
    {
        ref Transaction t = ref transactions[index];
        DirectoryEntry entry = directory.Find(t.Line);
        int requester = t.Kind == TransactionKind.BackInvalidate ? None : RequesterOf(t);
        bool sharersToo = t.Kind == TransactionKind.BackInvalidate
            ? (S2MBISnoop)CoherenceFields.Opcode(t.Request) is S2MBISnoop.BISnpInv or S2MBISnoop.BISnpInvBlk
            : CoherenceRules.Of((D2HRequest)t.Opcode).SnoopsSharers;
        if (entry.Owner >= 0 && entry.Owner != requester)
        {
            LogLost(t.Line);
            entry.Owner = -1;
        }

        if (sharersToo)
            entry.Sharers &= (ushort)(requester >= 0 ? 1 << requester : 0);
        directory.Set(t.Line, entry);
        t.Pending = 0;
        if (t.Kind == TransactionKind.BackInvalidate)
        {
            t.Asked = true;
            AnswerBackInvalidate(index);
        }
        else
        {
            Evaluate(index);
        }
    }
}
