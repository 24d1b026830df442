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
        foreach (ComponentActor agent in agents)
        {
            if (agent is not IStoppableEngine)
                continue;
            var stopped = new Message { Kind = (byte)MessageKind.EngineStopped, Payload = -1 };
            SendInside(agent, ref stopped, SimDuration.Zero);
        }
    }

    /// <summary>Nothing that was asked of the coherence engine will be answered.</summary>
    internal void Forget()
    {
        for (int agent = 0; agent < preparations.Count; agent++)
            preparations[agent] = preparations[agent] with { UnderWay = 0 };
    }

    /// <summary>The host has booted, or software starts the engines again: pages are asked for from the first on.</summary>
    private void Start()
    {
        if (running)
            return;
        bool again = Stops > 0;
        running = true;
        for (int agent = 0; agent < agents.Count; agent++)
        {
            if (again && agents[agent] is not IStoppableEngine)
                continue; // it never stopped
            if (preparations[agent].Bias is { } bias)
                preparations[agent] = preparations[agent] with { Next = bias.Base.Value & ~(PageBytes - 1) };
            Prepare(agent);
        }
    }
}
