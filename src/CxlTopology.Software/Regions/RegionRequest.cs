using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What <c>cxl create-region</c> is asked for.</summary>
/// <param name="Root">The window (<c>-d</c>).</param>
public sealed record RegionRequest(CxlRootDecoder Root)
{
    /// <summary>The devices by position (<c>-m</c>). Without any, the first of those below the window, by id, that have such memory.</summary>
    public IReadOnlyList<CxlMemdev> Memdevs { get; init; } = [];

    /// <summary>PMEM instead of RAM (<c>-t</c>); null for PMEM if the window takes it, else RAM.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>Number of targets (<c>-w</c>); null for the number of devices, or 1.</summary>
    public int? Ways { get; init; }

    /// <summary>Bytes to one target before the next (<c>-g</c>); null for the window's.</summary>
    public int? Granularity { get; init; }

    /// <summary>Bytes (<c>-s</c>); null for as much as the smallest device has, times the ways, or what the window has free.</summary>
    public ByteSize? Size { get; init; }

    /// <summary>Of PMEM, its uuid (<c>-U</c>); null to draw one.</summary>
    public string? Uuid { get; init; }

    /// <summary>Where it is to start, past what the tool offers; null for the lowest free place.</summary>
    public Hpa? Base { get; init; }
}
