using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A source of memory accesses on one host.</summary>
public sealed record WorkloadModel
{
    /// <summary>Name, unique among workloads and hosts.</summary>
    public required string Name { get; init; }

    /// <summary>The host that issues the accesses, or whose addresses an accelerator's are.</summary>
    public required HostModel From { get; init; }

    /// <summary>The accelerator below that host that issues the accesses instead; null if the host does.</summary>
    public EndpointModel? Engine { get; init; }

    /// <summary>The guest on that host that it runs in, or whose driver has the accelerator do it, and whose addresses its are; null if the host issues them.</summary>
    public GuestModel? Guest { get; init; }

    /// <summary>Name of what issues the accesses.</summary>
    public string Source => Engine?.Name ?? Guest?.Name ?? From.Name;

    /// <summary>Where they go.</summary>
    public required WorkloadTarget To { get; init; }

    /// <summary>In what order. Random by default; a trace if the file names one.</summary>
    public WorkloadPattern Pattern { get; init; }

    /// <summary>Share of reads; the rest are writes. 100 % by default. A trace brings its own.</summary>
    public Ratio Reads { get; init; } = Ratio.One;

    /// <summary>Accesses in flight at most: 1 to 65536. 64 by default, 1 for a pointer chase.</summary>
    public int Outstanding { get; init; } = 64;

    /// <summary>Distance of accesses; null for a closed loop, which issues whenever fewer than <see cref="Outstanding"/> are in
    /// flight.</summary>
    public PaceModel? Pace { get; init; }

    /// <summary>How paced accesses are spaced. Evenly by default.</summary>
    public WorkloadArrivals Arrivals { get; init; }

    /// <summary>Accesses in all: 1 to 10^12, one million by default. Null for a trace that is replayed to its end.</summary>
    public long? Count { get; init; } = 1_000_000;

    /// <summary>Bytes of an access: 8 to 4096, a power of two. 64 by default.</summary>
    public int AccessBytes { get; init; } = 64;

    /// <summary>Accesses above 64 B travel as one burst; otherwise line by line. False by default.</summary>
    public bool Burst { get; init; }

    /// <summary>Distance of a stride, in bytes; 0 for other patterns.</summary>
    public long Stride { get; init; }

    /// <summary>Share of the accesses that goes to the hot bytes. 90 % by default; for a hot spot.</summary>
    public Ratio HotAccesses { get; init; } = new(9, 10);

    /// <summary>Share of the bytes that is hot. 10 % by default; for a hot spot.</summary>
    public Ratio HotBytes { get; init; } = new(1, 10);

    /// <summary>Path of the trace, already relative to the working directory or absolute; null without a trace.</summary>
    public string? Trace { get; init; }

    /// <summary>Format of the trace. Found out by default.</summary>
    public WorkloadTraceFormat TraceFormat { get; init; }

    /// <summary>Where the trace's pages go. One after the other by default.</summary>
    public WorkloadPlacement Placement { get; init; }

    /// <summary>The trace's instruction fetches are replayed as reads. False by default.</summary>
    public bool Instructions { get; init; }

    /// <summary>Times the trace is replayed: 1 to 10^9, 1 by default.</summary>
    public long Repeat { get; init; } = 1;

    /// <summary>When the first access may be issued. At once by default.</summary>
    public SimDuration Start { get; init; }

    /// <summary>Pause between a completion and the access it makes room for. None by default.</summary>
    public SimDuration Think { get; init; }

    /// <summary>Accesses carry data. The policy's choice by default.</summary>
    public bool Payloads { get; init; } = true;

    /// <summary>Every read is compared with what was written last. True by default where payloads are.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Bias that an accelerator asks for, for the pages of its target, before it starts; null to leave them. At most <see cref="FlippedMax"/>.</summary>
    public Bias? Bias { get; init; }

    /// <summary>Bytes that a workload may ask a bias for: 64 MiB.</summary>
    public static ByteSize FlippedMax { get; } = ByteSize.MiB(64);

    /// <summary>Where the workload's name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
