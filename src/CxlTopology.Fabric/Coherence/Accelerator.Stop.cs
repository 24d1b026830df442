using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What resets do to engines: they stop, and go on when software starts them again.</summary>
public sealed partial class Accelerator
{
    private bool running;

    /// <summary>How often a reset of the device stopped its engines.</summary>
    public long Stops { get; private set; }

    /// <summary>Whether its engines have been started, and no reset has stopped them since.</summary>
    public bool IsRunning => running;

    /// <summary>A reset of the device begins: engines give up what they wait for.</summary>
    internal void Stop()
    {
        if (!running)
            return;
        running = false;
        Stops++;
        for (int agent = 0; agent < agents.Count; agent++)
        {
            if (!IsStoppable(agent))
                continue;
            var stopped = new Message { Kind = (byte)MessageKind.EngineStopped, Payload = -1 };
            SendInside(agents[agent], ref stopped, SimDuration.Zero);
        }
    }

    /// <summary>The coherence engine has given up what it was asked for, and has told jobs that. Of accesses by translations it does not know whose they are.</summary>
    internal void Forget()
    {
        for (int agent = 0; agent < preparations.Count; agent++)
            preparations[agent] = preparations[agent] with { UnderWay = 0 };
        RefuseTranslated();
    }

    /// <summary>Whether a tag is of a job's access. Not of one by a translation: that has a tag of its own.</summary>
    internal bool IsOfJob(uint tag) => jobOfAgent.ContainsKey((int)(tag >> TagBits));

    /// <summary>Whether an agent stops as a whole. Jobs have registers, by which resets stop them.</summary>
    private bool IsStoppable(int agent) => agents[agent] is IStoppableEngine && !jobOfAgent.ContainsKey(agent);

    /// <summary>The host has booted, or software starts the engines again: pages are asked for from the first on.</summary>
    private void Start()
    {
        if (running)
            return;
        bool again = Stops > 0;
        running = true;
        for (int agent = 0; agent < agents.Count; agent++)
        {
            if (jobOfAgent.ContainsKey(agent) || again && !IsStoppable(agent))
                continue; // a driver's to start, or never stopped
            if (preparations[agent].Bias is { } bias)
                preparations[agent] = preparations[agent] with { Next = bias.Base.Value & ~(PageBytes - 1) };
            Prepare(agent);
        }
    }
}
