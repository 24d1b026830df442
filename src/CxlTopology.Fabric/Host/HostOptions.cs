using System.Collections.Immutable;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a host is built from.</summary>
public sealed record HostOptions
{
    /// <summary>The host's own memory, from address 0; none by default.</summary>
    public ByteSize Memory { get; init; }

    /// <summary>Core, caches and fabric, one way. 26 ns by default.</summary>
    public SimDuration FabricLatency { get; init; } = SimDuration.FromNanoseconds(26);

    /// <summary>The host's own memory: eight channels, 300 GB/s together, 45 ns by default.</summary>
    public MediaOptions LocalMedia { get; init; } = new() { Controller = SimDuration.Zero, Channels = 8, BytesPerSecond = 300_000_000_000 };

    /// <summary>The fixed memory windows (CFMWS), which name host bridges by UID.</summary>
    public ImmutableArray<FixedMemoryWindow> Windows { get; init; } = [];
}
