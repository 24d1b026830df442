using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A further function of an endpoint, 1 to 7. Function 0 is the CXL device itself.</summary>
public sealed record FunctionModel
{
    /// <summary>Its name, unique in the endpoint; guests name it as <c>endpoint.function</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, 1 to 7, used once in the endpoint (<c>CXT0423</c>). The one after the function before it by default.</summary>
    public required int Number { get; init; }

    /// <summary>Whether it takes part in CXL.cache and in CXL reset; else it is in the Non-CXL Function Map. Not by default.</summary>
    public bool IsCxl => Configuration.Device is not null;

    /// <summary>What its configuration space says.</summary>
    public required FunctionConfigSpaceOptions Configuration { get; init; }

    /// <summary>How long a function-level reset of it takes: 1 us to 1,000 s. 10 ms by default.</summary>
    public SimDuration ResetTime { get; init; } = SimDuration.FromMilliseconds(10);

    /// <summary>How much later than function 0 it can be reached after a CXL reset: at once by default, up to 1,000 s, or never.</summary>
    public HardwareDelay Ready { get; init; }

    /// <summary>Where its name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
