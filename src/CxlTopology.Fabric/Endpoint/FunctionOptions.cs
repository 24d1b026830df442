using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a further function of an endpoint is built from.</summary>
public sealed record FunctionOptions
{
    /// <summary>Its number, 1 to 7, each once in a device.</summary>
    public required int Number { get; init; }

    /// <summary>What its configuration space says. With a device DVSEC it takes part in the device's CXL.cache; without it is in the Non-CXL Function Map.</summary>
    public FunctionConfigSpaceOptions Configuration { get; init; } = new();

    /// <summary>How long a function-level reset of it takes, in which it answers with retry status. 10 ms by default; PCI Express allows 100 ms.</summary>
    public SimDuration ResetTime { get; init; } = SimDuration.FromMilliseconds(10);

    /// <summary>
    /// From the time when function 0 can be reached again after a CXL reset until this one can: at once by default, up to 1,000 s, or never, which a conventional reset ends. Of a function that takes part in
    /// CXL.cache: the reset leaves the others alone.
    /// </summary>
    public HardwareDelay Ready { get; init; }

    /// <summary>Whether it takes part in CXL.cache, and so in CXL reset.</summary>
    public bool IsCxl => Configuration.Device is not null;
}
