using CxlTopology.Description;

namespace CxlTopology.Experiments;

/// <summary>The trace of a workload, checked before anything runs: its lines are read once here, and once more as they are replayed.</summary>
public static class WorkloadTrace
{
    /// <summary>Reads the whole trace and counts; null if the workload has none.</summary>
    /// <exception cref="TraceException">The trace cannot be replayed: one of <c>CXT0801</c> to <c>CXT0811</c>.</exception>
    public static TraceStatistics? Check(WorkloadModel workload)
    {
        if (workload.Trace is null)
            return null;
        TraceStatistics statistics = TraceStatistics.Scan(workload.Trace, AccessSources.ReaderOptions(workload));
        ulong pages = workload.To.Size.Bytes >> 12;
        return (ulong)statistics.Pages <= pages ? statistics : throw TraceException.TooManyPages(workload.Trace, statistics.Pages, pages);
    }
}
