namespace CxlTopology.Simulation;

/// <summary>What a parent does about a child that failed.</summary>
public enum SupervisionDirective
{
    /// <summary>The failure becomes the parent's own; at the top it ends the run.</summary>
    Escalate,

    /// <summary>The child's state is reset (<see cref="ComponentActor.OnRestart"/>) and it goes on with the messages that waited.</summary>
    Restart,

    /// <summary>The child and its children handle nothing any more; messages to them are counted as dead letters.</summary>
    Stop,
}
