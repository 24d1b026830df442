using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>A workload of a device's engine, which a reset of the device stops.</summary>
/// <remarks>
/// What is under way then ends with <see cref="AccessStatus.EngineReset"/>: of a write nobody knows whether it was made. Accesses that were not issued are not issued, and the workload has come to its
/// end with that reason, unless the engine is started again: then it goes on with them.
/// </remarks>
public sealed partial class Requester
{
    private bool stopped;
    private bool wasBooted;

    /// <summary>Whether a reset has stopped it, and nobody has started it since.</summary>
    public bool Stopped => stopped;

    private void OnBooted()
    {
        bool isFirst = !wasBooted;
        (stopped, wasBooted) = (false, true);
        if (isFirst)
            ScheduleTimer(StartTimer, options.Start);
        else if (origin > 0)
            Issue(); // else its start is still to come
    }

    private void OnEngineStopped()
    {
        if (Finished)
            return;
        stopped = true;
        Statistics.Stops++;
        for (int slot = 0; slot < pending.Length; slot++)
        {
            ref Pending request = ref pending[slot];
            if (request.Lines == 0)
                continue;
            // Its answer may come, and must not be taken for another's in this place.
            request.Life = (byte)((request.Life + 1) & LifeMask);
            request.Status = AccessStatus.EngineReset;
            request.Waiting = 0;
            Retire(slot, ref request);
        }

        if (!timeoutArmed)
            return;
        Cancel(timeout);
        timeoutArmed = false;
    }
}
