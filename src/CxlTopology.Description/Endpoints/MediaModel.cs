using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>The memory behind an endpoint's controller.</summary>
public sealed record MediaModel
{
    /// <summary>From the controller to the data, idle. 45 ns by default.</summary>
    public SimDuration Latency { get; init; } = SimDuration.FromNanoseconds(45);

    /// <summary>Channels that work side by side: 1 to 64, 2 by default.</summary>
    public int Channels { get; init; } = 2;

    /// <summary>What all channels together sustain. 56.4 GB/s by default.</summary>
    public Bandwidth Bandwidth { get; init; } = new(56_400_000_000);

    /// <summary>Where the media is described in the file; 0:0 if it is the profile's.</summary>
    public SourcePosition Position { get; init; }
}
