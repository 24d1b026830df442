using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>What an <see cref="Iommu"/> is built from.</summary>
public sealed record IommuOptions
{
    /// <summary>What a walk of an address space costs, when its translation buffer has not the page: 100 ns by default, an assumption.</summary>
    public SimDuration WalkLatency { get; init; } = SimDuration.FromNanoseconds(100);

    /// <summary>What every request costs: 10 ns by default, an assumption.</summary>
    public SimDuration LookUp { get; init; } = SimDuration.FromNanoseconds(10);

    /// <summary>Entries of the translation buffer, for pages of 4 KiB: a power of two, 1 to 65,536. 1,024 by default.</summary>
    public int Entries { get; init; } = 1024;

    /// <summary>Requests under way to memory at once: <see cref="Iommu.UnderWayMax"/>, but where a test wants to see what comes over it.</summary>
    internal int UnderWay { get; init; } = Iommu.UnderWayMax;
}
