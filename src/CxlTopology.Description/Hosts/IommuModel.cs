using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>How a host translates what devices ask of its memory by themselves. There is an IOMMU where there are guests.</summary>
public sealed record IommuModel
{
    /// <summary>What a walk costs, when the translation buffer has not the page. 100 ns by default, an assumption.</summary>
    public SimDuration Walk { get; init; } = SimDuration.FromNanoseconds(100);

    /// <summary>What every request costs. 10 ns by default, an assumption.</summary>
    public SimDuration LookUp { get; init; } = SimDuration.FromNanoseconds(10);

    /// <summary>Entries of the translation buffer, for pages of 4 KiB: a power of two, 1 to 65,536. 1,024 by default.</summary>
    public int Entries { get; init; } = 1024;
}
