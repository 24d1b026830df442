using CxlTopology.Simulation;

namespace CxlTopology.Software;

/// <summary>Time, as software has it: it can wait.</summary>
public interface ISoftwareClock
{
    /// <summary>The time now.</summary>
    SimTime Now { get; }

    /// <summary>Completes after a delay of simulated time.</summary>
    Task Wait(SimDuration delay);
}
