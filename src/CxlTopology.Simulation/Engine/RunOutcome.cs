namespace CxlTopology.Simulation;

/// <summary>Why a run came to an end.</summary>
public enum RunOutcome
{
    /// <summary>Nothing was pending any more.</summary>
    Idle,

    /// <summary>The time limit was reached; what is pending stays pending.</summary>
    TimeLimit,

    /// <summary>Somebody asked for it (<see cref="Simulation.Stop"/>).</summary>
    Stopped,

    /// <summary>An actor failed and nobody above it decided otherwise, or an invariant was broken.</summary>
    Failed,
}
