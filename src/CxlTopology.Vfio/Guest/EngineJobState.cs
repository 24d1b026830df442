namespace CxlTopology.Vfio;

/// <summary>What the driver in a guest knows of a job of its device's engine.</summary>
public sealed record EngineJobState
{
    /// <summary>Whether its doorbell was rung.</summary>
    public bool Started { get; init; }

    /// <summary>Whether the driver has heard of its end.</summary>
    public bool Ended { get; init; }

    /// <summary>Whether it was stopped before its end.</summary>
    public bool Stopped { get; init; }

    /// <summary>Lines accessed, as its register said at its end.</summary>
    public long Lines { get; init; }

    /// <summary>Lines of them that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Interrupts that told of it.</summary>
    public long Interrupts { get; init; }

    /// <summary>Why it could not be started; null if it could.</summary>
    public string? Problem { get; init; }
}
