using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>One host: its own memory, its fixed memory windows and its CXL host bridges. A file has 1 to 1,024.</summary>
public sealed record HostModel
{
    /// <summary>Name, unique in the file among hosts, switches and endpoints.</summary>
    public required string Name { get; init; }

    /// <summary>The host's own DRAM, at address 0. 4 GiB by default.</summary>
    public ByteSize Memory { get; init; } = ByteSize.GiB(4);

    /// <summary>From a core to a host bridge, one way. 26 ns by default, at least 1 ns (<c>CXT0412</c>).</summary>
    public SimDuration FabricLatency { get; init; } = SimDuration.FromNanoseconds(26);

    /// <summary>The cache in front of the cores; null for none.</summary>
    public CacheModel? Cache { get; init; }

    /// <summary>Its IOMMU, where there are guests.</summary>
    public IommuModel Iommu { get; init; } = new();

    /// <summary>Fixed memory windows (CFMWS), in the order of the file; their index there is their name.</summary>
    public IReadOnlyList<WindowModel> Windows { get; init; } = [];

    /// <summary>Host bridges, in the order of the file.</summary>
    public IReadOnlyList<BridgeModel> Bridges { get; init; } = [];

    /// <summary>Where the host's name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
