namespace CxlTopology.Simulation;

/// <summary>The queue that holds what is pending.</summary>
public enum EngineKind
{
    /// <summary>A timing wheel; each component takes its messages of a bucket in one turn.</summary>
    TurnWheel,

    /// <summary>
    /// One <see cref="PriorityQueue{TElement,TPriority}"/> of messages: the yardstick for speed, and a second opinion on order. One worker.
    /// </summary>
    PlainQueue,
}
