using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>What endpoints of a file take that they do not say themselves: a profile, and what <c>profiles.endpoint</c> states
/// besides.</summary>
internal sealed record EndpointDefaults
{
    public EndpointProfile Profile { get; init; } = EndpointProfile.BuiltIn[0];

    public SimDuration? PortLatency { get; init; }

    public SimDuration? Controller { get; init; }

    public SimDuration? MediaLatency { get; init; }

    public int? Channels { get; init; }

    public Bandwidth? Bandwidth { get; init; }

    public int Queue { get; init; } = 512;

    public int Decoders { get; init; } = 4;

    public IdentityText Identity { get; init; } = new();

    public int MsixVectors { get; init; } = ConfigurationKeys.MsixVectorsDefault;

    public HardwareDelay CommitTime { get; init; }

    public HardwareDelay MediaReady { get; init; }

    public ResetOptions Reset { get; init; } = new();

    public InterleaveCapability Interleave { get; init; } = new();
}
