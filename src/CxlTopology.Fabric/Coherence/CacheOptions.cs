using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a cache, or a snoop filter, is built from.</summary>
public sealed record CacheOptions
{
    /// <summary>Lines times 64 bytes; a multiple of 64 times the ways, at most 1 GiB. 1 MiB by default.</summary>
    public ByteSize Size { get; init; } = ByteSize.MiB(1);

    /// <summary>Lines of a set, 1 to 64. 8 by default.</summary>
    public int Ways { get; init; } = 8;

    /// <summary>One access: tags and data. 12 ns by default.</summary>
    public SimDuration Latency { get; init; } = SimDuration.FromNanoseconds(12);

    /// <summary>Which line of a full set gives way. The least recently used by default.</summary>
    public ReplacementPolicy Policy { get; init; }
}
