using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Once something was lost on the way, who has waited long enough gives up, the oldest first to come due.</summary>
public abstract partial class CoherenceEngine
{
    private protected const ulong OwnTimer = 1;
    private bool sweeps;

    /// <summary>How long an answer may take once something was lost: 10 ms.</summary>
    public static SimDuration LostAfter { get; } = SimDuration.FromMilliseconds(10);

    /// <summary>Something was lost: in <see cref="LostAfter"/> those are looked for that still wait for it.</summary>
    private protected void SweepLater()
    {
        if (!sweeps && Active > 0)
            ScheduleSweep(LostAfter);
    }

    /// <summary>Has those give up that have waited for <see cref="LostAfter"/>, and comes back for the next.</summary>
    private protected void Sweep()
    {
        sweeps = false;
        long latest = (Now - (SimTime.Zero + LostAfter)).Femtoseconds;
        long oldest = long.MaxValue;
        for (int index = 0; index < transactions.Length; index++)
        {
            Transaction t = transactions[index];
            if (!MayBeLost(t))
                continue;
            if (t.Started > latest)
                oldest = Math.Min(oldest, t.Started);
            else
                GiveUpWaiting(index);
        }

        if (oldest != long.MaxValue)
            ScheduleSweep(new SimDuration(oldest - latest));
    }

    /// <summary>Whether a transaction waits for what may have been lost.</summary>
    private protected abstract bool MayBeLost(in Transaction t);

    /// <summary>A transaction does not wait any longer.</summary>
    private protected abstract void GiveUpWaiting(int index);

    private void ScheduleSweep(SimDuration delay)
    {
        sweeps = true;
        var sweep = new Message { Kind = (byte)MessageKind.AnswerLost, Argument = OwnTimer, Payload = None };
        Schedule(ref sweep, delay);
    }
}
