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

    /// <summary>Regions that have host addresses, ascending.</summary>
    internal List<CxlRegion> ByAddress { get; } = [];

    /// <summary>The id that the next region made here gets; -1 before one was drawn.</summary>
    internal int NextRegion { get; set; } = -1;
}
