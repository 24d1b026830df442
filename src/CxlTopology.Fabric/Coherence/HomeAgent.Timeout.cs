using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Requests that wait for a device which does not answer: its link is down, it is being reset, it is gone.</summary>
/// <remarks>One timer looks at all of them every <see cref="HostCoherenceOptions.Timeout"/>, so a request is given up within twice that.</remarks>
public sealed partial class HomeAgent
{
    private bool timerSet;

    /// <summary>Starts a transaction, and the timer that watches over all of them.</summary>
    private int Begin(ulong line, TransactionKind kind)
    {
        int index = Allocate(line, kind);
        if (!timerSet)
            SetTimer();
        return index;
    }

    private void SetTimer()
    {
        timerSet = true;
        var timer = new Message { Kind = (byte)MessageKind.CoherenceStep, Payload = None };
        Schedule(ref timer, options.Timeout);
    }

    private void OnTimer()
    {
        timerSet = false;
        for (int index = 0; index < transactions.Length; index++)
        {
            if (transactions[index].Kind != TransactionKind.None && Now.Femtoseconds - transactions[index].Started >= options.Timeout.Femtoseconds)
                GiveUpOn(index);
        }

        if (Active > 0 && !timerSet)
            SetTimer();
    }

    private void GiveUpOn(int index)
    {
        ref Transaction t = ref transactions[index];
        t.Started = Now.Femtoseconds; // what it does next may take its time again
        switch (t.Phase)
        {
            case TransactionPhase.Snoops:
                LoseHolders(index);
                if (t.Kind == TransactionKind.BackInvalidate)
                    AnswerBackInvalidate(index);
                else
                    Evaluate(index);
                break;
            case TransactionPhase.Pull:
                End(index);
                break;
            case TransactionPhase.Memory or TransactionPhase.Permission or TransactionPhase.ConflictAck:
                GiveUpOnDevice(index);
                break;
            default:
                return; // it stands behind another, which is what has to be given up
        }

        Statistics.GivenUp++;
    }

    /// <summary>Devices that do not answer a snoop hold nothing any more, and what they held is gone.</summary>
    private void LoseHolders(int index)
    {
        ref Transaction t = ref transactions[index];
        t.Pending = 0;
        DirectoryEntry entry = directory.Find(t.Line);
        int requester = RequesterOf(t);
        if (entry.Owner >= 0 && entry.Owner != requester)
        {
            entry.Owner = -1;
            LogLost(t.Line);
        }

        entry.Sharers &= requester < 0 ? (ushort)0 : (ushort)(1 << requester);
        directory.Set(t.Line, entry);
    }

    private void GiveUpOnDevice(int index)
    {
        ref Transaction t = ref transactions[index];
        if (t.Kind == TransactionKind.BackInvalidate)
        {
            SendBackInvalidateResponse(index);
            return;
        }

        bool isEviction = t.Kind == TransactionKind.Eviction || (t.Kind == TransactionKind.Remote && CoherenceRules.Of((D2HRequest)t.Opcode).Evicts);
        if (isEviction)
        {
            if (t.IsDirty)
                LogLost(t.Line);
            End(index);
            return;
        }

        if (t.IsWritten)
        {
            LogLost(t.Line);
            EndWrite(index, AccessStatus.Timeout, takesPart: true);
            return;
        }

        var nothing = new Message { Kind = (byte)MessageKind.S2MNdr, Payload = None };
        FailRequest(index, ref nothing, AccessStatus.Timeout);
    }
}
