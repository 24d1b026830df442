namespace CxlTopology.Specification;

/// <summary>What a function's link can do at most.</summary>
public sealed record PciLinkOptions
{
    /// <summary>Gigatransfers a second and lane: 8, 16, 32 or 64. 32 by default.</summary>
    public int Rate { get; init; } = 32;

    /// <summary>Lanes: 1, 2, 4, 8 or 16. 16 by default.</summary>
    public int Width { get; init; } = 16;

    /// <summary>It can run in flit mode, with 256-byte flits; needed for 64 GT/s. Not by default.</summary>
    public bool FlitMode { get; init; }

    /// <summary>Latency-optimized 256-byte flits; needs flit mode. Not by default.</summary>
    public bool LatencyOptimized { get; init; }

    /// <summary>Refuses what no link can be.</summary>
    /// <exception cref="ArgumentException">Rate or width is none of the list, or flit mode is needed and missing.</exception>
    public void Check()
    {
        if (Rate is not (8 or 16 or 32 or 64) || Width is not (1 or 2 or 4 or 8 or 16))
            throw new ArgumentException($"Links have 8, 16, 32 or 64 GT/s on 1, 2, 4, 8 or 16 lanes, not {Rate} GT/s on {Width}.");
        if (!FlitMode && (Rate == 64 || LatencyOptimized))
            throw new ArgumentException("64 GT/s and latency-optimized flits need flit mode.");
    }
}
