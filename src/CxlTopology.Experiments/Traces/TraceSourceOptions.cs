using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>How a trace becomes the accesses of a requester.</summary>
public sealed record TraceSourceOptions
{
    /// <summary>
    /// Size of the target region: at least one 4 KiB page. A trace that touches more pages than it has ends in <c>CXT0810</c>.
    /// </summary>
    public required ByteSize RegionSize { get; init; }

    /// <summary>How the file is read.</summary>
    public TraceReaderOptions Reader { get; init; } = new();

    /// <summary>Which page of the region a virtual page gets; in the order of first touch by default.</summary>
    public PagePlacement Placement { get; init; }

    /// <summary>For interleaved placement: equal parts of the region, from 1 (the default) to its pages.</summary>
    public int Chunks { get; init; } = 1;

    /// <summary>The seed of the run, for random placement.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whose random stream: the path of the requester or workload, for random placement.</summary>
    public string Path { get; init; } = "trace";

    /// <summary>
    /// Accesses until the source ends, counted as they are issued (after splitting, a modify twice): from 0; all of them by default.
    /// </summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>
    /// How often the trace is gone through: 1 (the default) to 1,000,000,000. Pages keep their places; times go on where the pass before
    /// ended.
    /// </summary>
    public int Passes { get; init; } = 1;

    /// <summary>The simulated time at which the trace's time 0 is.</summary>
    public SimTime Start { get; init; }

    /// <summary>
    /// Refuses options outside their ranges with an <see cref="ArgumentException"/>; the region's is the <see cref="PageMap"/>'s to refuse.
    /// </summary>
    public void Check()
    {
        ArgumentNullException.ThrowIfNull(Reader);
        ArgumentNullException.ThrowIfNull(Path);
        Reader.Check();
        if (Limit < 0)
            throw new ArgumentOutOfRangeException(nameof(Limit), Limit, "A trace makes 0 or more accesses.");
        if (Passes is < 1 or > 1_000_000_000)
            throw new ArgumentOutOfRangeException(nameof(Passes), Passes, "A trace is gone through 1 to 1,000,000,000 times.");
        if (Start < SimTime.Zero)
            throw new ArgumentOutOfRangeException(nameof(Start), Start, "A trace starts at 0 or later.");
    }
}
