using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>How a device behaves when it is reset.</summary>
public sealed record ResetOptions
{
    /// <summary>
    /// From Initiate CXL Reset to its end. Null (the default): half of what the device's capability says that it takes at
    /// most; 1.3 times that, or 130 ms, if the outcome is <see cref="ResetOutcome.Late"/>.
    /// </summary>
    public SimDuration? Time { get; init; }

    /// <summary>How a CXL reset ends. <see cref="ResetOutcome.Complete"/> by default.</summary>
    public ResetOutcome Outcome { get; init; }

    /// <summary>How long a function-level reset takes, in which the function answers with retry status. 10 ms by default; PCI Express allows 100 ms.</summary>
    public SimDuration FunctionTime { get; init; } = SimDuration.FromMilliseconds(10);
}
