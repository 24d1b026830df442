using CxlTopology.Description;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>Makes the access source that a workload of a topology file describes.</summary>
public static class AccessSources
{
    /// <summary>A fresh source. A trace is opened here.</summary>
    /// <exception cref="TraceException">The trace cannot be opened, or is none.</exception>
    public static IAccessSource Create(WorkloadModel workload, ulong seed)
    {
        string path = "workload/" + workload.Name;
        if (workload.Pattern == WorkloadPattern.Trace)
            return Paced(OpenTrace(workload, seed, path), workload, seed, path);
        var settings = new PatternSettings
        {
            RegionSize = workload.To.Size,
            AccessBytes = workload.AccessBytes,
            ReadShare = Of(workload.Reads),
            Count = workload.Count ?? long.MaxValue,
            Seed = seed,
            Path = path,
        };
        IAccessSource source = workload.Pattern switch
        {
            WorkloadPattern.Sequential => new SequentialPattern(settings),
            WorkloadPattern.Stride => new StridePattern(settings, workload.Stride),
            WorkloadPattern.PointerChase => new PointerChasePattern(settings),
            WorkloadPattern.HotSpot => new HotSpotPattern(settings, Of(workload.HotAccesses), Of(workload.HotBytes)),
            _ => new RandomPattern(settings),
        };
        return Paced(source, workload, seed, path);
    }

    /// <summary>How the trace of a workload is read.</summary>
    public static TraceReaderOptions ReaderOptions(WorkloadModel workload) => new()
    {
        Format = workload.TraceFormat switch
        {
            WorkloadTraceFormat.Lackey => TraceFormat.Lackey,
            WorkloadTraceFormat.Plain => TraceFormat.Plain,
            _ => TraceFormat.Auto,
        },
        InstructionFetches = workload.Instructions,
    };

    private static TraceSource OpenTrace(WorkloadModel workload, ulong seed, string path) => new(workload.Trace!, new TraceSourceOptions
    {
        RegionSize = workload.To.Size,
        Reader = ReaderOptions(workload),
        Placement = workload.Placement switch
        {
            WorkloadPlacement.Random => PagePlacement.Random,
            WorkloadPlacement.Interleaved => PagePlacement.Interleaved,
            _ => PagePlacement.Sequential,
        },
        Chunks = workload.Placement == WorkloadPlacement.Interleaved ? workload.To.Region?.Ways ?? 1 : 1,
        Seed = seed,
        Path = path,
        Limit = workload.Count ?? long.MaxValue,
        Passes = (int)workload.Repeat,
    });

    private static IAccessSource Paced(IAccessSource source, WorkloadModel workload, ulong seed, string path)
    {
        if (workload.Pace is not { } pace)
            return source;
        var interval = new PaceInterval(pace.Femtoseconds, pace.Divisor);
        return workload.Arrivals == WorkloadArrivals.Exponential
            ? new PacedSource(source, interval, GapDistribution.Exponential, SimTime.Zero, new RandomStream(seed, path + "/arrivals"))
            : new PacedSource(source, interval);
    }

    private static Ratio Of(Description.Ratio ratio) => new((ulong)ratio.Numerator, (ulong)ratio.Denominator);
}
