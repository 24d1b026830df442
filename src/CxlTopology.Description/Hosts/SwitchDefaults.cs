using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>What switches of a file take that they do not say themselves.</summary>
internal sealed record SwitchDefaults
{
    public SimDuration Latency { get; init; } = SimDuration.FromNanoseconds(25);

    public SimDuration? PortLatency { get; init; }

    public int Decoders { get; init; } = 4;

    public int Targets { get; init; } = 8;

    public HardwareDelay CommitTime { get; init; }

    public bool BackInvalidate { get; init; } = true;

    public int? HdmD { get; init; }

    public InterleaveCapability Interleave { get; init; } = new();
}
