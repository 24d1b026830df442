using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>Latencies in nanoseconds of what completed well; all zero when nothing did. Percentiles are at most 0.4 % above the true value.</summary>
public sealed record LatencyReport(double Min, double Mean, double P50, double P90, double P99, double P999, double Max)
{
    /// <summary>The numbers of a histogram.</summary>
    public static LatencyReport Of(LatencyHistogram histogram) => new(
        histogram.Min / 1e6,
        histogram.Mean / 1e6,
        histogram.Percentile(1, 2) / 1e6,
        histogram.Percentile(9, 10) / 1e6,
        histogram.Percentile(99, 100) / 1e6,
        histogram.Percentile(999, 1000) / 1e6,
        histogram.Max / 1e6);
}
