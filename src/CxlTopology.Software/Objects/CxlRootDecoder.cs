using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A root decoder: a fixed memory window, as the CEDT tells it.</summary>
public sealed class CxlRootDecoder : CxlDecoder
{
    /// <summary>The window.</summary>
    public required FixedMemoryWindow Window { get; init; }

    /// <summary>The host bridges by position in the interleave.</summary>
    public List<CxlDport> Targets { get; } = [];

    /// <summary>Regions in the window, by id.</summary>
    public List<CxlRegion> Regions { get; } = [];
}
