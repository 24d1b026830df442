using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>What the home agent of a host is built from.</summary>
public sealed record HostCoherenceOptions
{
    /// <summary>The cache in front of the host's agents; null (the default) for agents that keep nothing.</summary>
    public CacheOptions? Cache { get; init; }

    /// <summary>Looking up directory and tags, once for every message that comes in. 12 ns by default.</summary>
    public SimDuration LookUp { get; init; } = SimDuration.FromNanoseconds(12);

    /// <summary>Whether a read of device memory that has to wait for snoops is announced to the device (MemSpecRd). False by default.</summary>
    public bool SpeculativeReads { get; init; }

    /// <summary>Whether to keep a log of events for checkers. False by default.</summary>
    public bool KeepsLog { get; init; }

    internal CoherenceFault Fault { get; init; }
}
