namespace CxlTopology.Simulation;

/// <summary>Whether an actor handles messages.</summary>
public enum ActorState : byte
{
    /// <summary>It handles them.</summary>
    Running,

    /// <summary>It failed and its parent has not decided yet: its messages wait.</summary>
    Suspended,

    /// <summary>It was stopped: its messages are dead letters.</summary>
    Stopped,
}
