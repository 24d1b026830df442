using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What becomes of what waits for an answer of the host that found no way down: registers on the way were changed meanwhile.</summary>
/// <remarks>
/// Host bridges and switches say when they lose one (<see cref="MessageKind.AnswerLost"/>). Who waits for the host for <see cref="CoherenceEngine.LostAfter"/> after that will not get an answer: its access
/// ends with <see cref="AccessStatus.Timeout"/>, and what the host may hold stays the host's.
/// </remarks>
public sealed partial class DeviceCoherence
{
    private void OnAnswerLost(in Message message)
    {
        if (message.Argument == OwnTimer)
            Sweep();
        else
            SweepLater();
    }

    private protected override bool MayBeLost(in Transaction t) =>
        t.Kind is not (TransactionKind.None or TransactionKind.Remote) && t.Phase is (TransactionPhase.Home or TransactionPhase.Forward or TransactionPhase.BackInvalidate);

    private protected override void GiveUpWaiting(int index)
    {
        ref Transaction t = ref transactions[index];
        switch (t.Kind)
        {
            case TransactionKind.Eviction:
                if (t.State == LineState.Modified)
                {
                    Statistics.LinesLost++;
                    LogLost(t.Line);
                }

                EndEviction(index);
                break;
            case TransactionKind.Flush:
                transactions[t.Other].IsShared = true;
                EndFlush(index);
                break;
            case TransactionKind.CacheFlush:
                EndOwningUp(index);
                break;
            case TransactionKind.BackInvalidate:
                GiveUpBackInvalidate(index, AccessStatus.Timeout);
                break;
            default:
                if (t.Phase != TransactionPhase.BackInvalidate && t.Request.Kind == (byte)MessageKind.M2SRwD)
                    LogLost(t.Line); // whether the write has arrived nobody knows
                Fail(index, AccessStatus.Timeout);
                break;
        }
    }
}
