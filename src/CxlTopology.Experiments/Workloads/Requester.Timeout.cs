using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Requests whose answer does not come: one timer looks after all of them.</summary>
public sealed partial class Requester
{
    private void ArmTimeout(SimDuration delay)
    {
        var timer = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = TimeoutTimer, Payload = -1 };
        timeout = Schedule(ref timer, delay);
        timeoutArmed = true;
    }

    private void OnTimeout()
    {
        timeoutArmed = false;
        long oldest = long.MaxValue;
        int givenUp = 0;
        for (int slot = 0; slot < pending.Length; slot++)
        {
            ref Pending request = ref pending[slot];
            if (request.Lines == 0)
                continue;
            if (Now.Femtoseconds - request.Issued < options.Timeout.Femtoseconds)
            {
                oldest = Math.Min(oldest, request.Issued);
                continue;
            }

            // An answer may still come: it must not be taken for the next request's in this place.
            request.Life = (byte)((request.Life + 1) & LifeMask);
            request.Status = AccessStatus.Timeout;
            request.Waiting = 0;
            givenUp++;
            Retire(slot, ref request);
        }

        if (oldest != long.MaxValue)
            ArmTimeout(new SimTime(oldest) + options.Timeout - Now);
        for (; givenUp > 0; givenUp--)
            Continue();
    }
}
