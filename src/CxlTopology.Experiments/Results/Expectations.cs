using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>Judges the lines of <c>expect</c>.</summary>
public static class Expectations
{
    /// <summary>Judges one line against what was measured.</summary>
    public static ExpectationReport Judge(ExpectationModel expectation, Experiment experiment)
    {
        switch (expectation.Kind)
        {
            case ExpectationKind.EveryTransactionCompletesOnce:
                long issued = experiment.Requesters.Sum(r => r.Requester.Statistics.Issued);
                long completed = experiment.Requesters.Sum(r => r.Requester.Statistics.Completed);
                long unexpected = experiment.Requesters.Sum(r => r.Requester.Statistics.Unexpected);
                bool finished = experiment.Requesters.All(r => r.Requester.Finished);
                string? idle = experiment.Requesters.Where(r => r.Requester.Statistics.NotStarted is not null).Select(r => $"; {r.Workload.Name} not started: {r.Requester.Statistics.NotStarted}").FirstOrDefault();
                string? stopped = experiment.Requesters.Where(r => r.Requester.Stopped).Select(r => $"; the engine of {r.Workload.Name} was stopped by a reset").FirstOrDefault();
                return new ExpectationReport(
                    expectation.Text, finished && issued == completed && unexpected == 0 && idle is null, string.Create(CultureInfo.InvariantCulture, $"{completed} of {issued}{idle}{stopped}"));
            case ExpectationKind.Simulated:
                long end = experiment.Result!.End.Femtoseconds;
                return new ExpectationReport(expectation.Text, Holds(end, expectation), new SimTime(end).TotalNanoseconds.ToString("0.###", CultureInfo.InvariantCulture) + " ns");
            default:
                return JudgeStatistic(expectation, experiment);
        }
    }

    private static ExpectationReport JudgeStatistic(ExpectationModel expectation, Experiment experiment)
    {
        var reads = new LatencyHistogram();
        var writes = new LatencyHistogram();
        long errors = 0;
        long count = 0;
        double rate = 0;
        foreach ((WorkloadModel workload, Requester requester) in experiment.Requesters)
        {
            if (workload.Name != expectation.Source && workload.Source != expectation.Source)
                continue;
            if (requester.Statistics.NotStarted is { } reason)
                return new ExpectationReport(expectation.Text, false, $"{workload.Name} not started: {reason}");
            reads.Add(requester.Statistics.Reads);
            writes.Add(requester.Statistics.Writes);
            errors += requester.Statistics.ErrorCount;
            count += expectation.Metric == ExpectationMetric.Writes ? 0 : requester.Statistics.ReadCount;
            count += expectation.Metric == ExpectationMetric.Reads ? 0 : requester.Statistics.WriteCount;
            rate += requester.Statistics.GigabytesPerSecond;
        }

        var chosen = new LatencyHistogram();
        if (expectation.Metric != ExpectationMetric.Writes)
            chosen.Add(reads);
        if (expectation.Metric != ExpectationMetric.Reads)
            chosen.Add(writes);
        (decimal value, string text) = expectation.Statistic switch
        {
            ExpectationStatistic.Count => Number(count),
            ExpectationStatistic.Errors => Number(errors),
            ExpectationStatistic.GigabytesPerSecond => ((decimal)rate, rate.ToString("0.###", CultureInfo.InvariantCulture) + " GB/s"),
            ExpectationStatistic.Min => Time(chosen.Min),
            ExpectationStatistic.Mean => Time(chosen.Mean),
            ExpectationStatistic.P50 => Time(chosen.Percentile(1, 2)),
            ExpectationStatistic.P90 => Time(chosen.Percentile(9, 10)),
            ExpectationStatistic.P99 => Time(chosen.Percentile(99, 100)),
            ExpectationStatistic.P999 => Time(chosen.Percentile(999, 1000)),
            _ => Time(chosen.Max),
        };
        // A latency of nothing is no latency: it neither passes nor hides that nothing completed.
        bool empty = chosen.Count == 0 && expectation.Statistic <= ExpectationStatistic.Max;
        return new ExpectationReport(expectation.Text, !empty && Holds(value, expectation), empty ? "nothing completed well" : text);
    }

    private static (decimal Value, string Text) Number(long value) => (value, value.ToString(CultureInfo.InvariantCulture));

    private static (decimal Value, string Text) Time(long femtoseconds) => (femtoseconds, (femtoseconds / 1e6).ToString("0.###", CultureInfo.InvariantCulture) + " ns");

    private static bool Holds(decimal measured, ExpectationModel expectation) => expectation.Comparison switch
    {
        ExpectationComparison.Less => measured < expectation.Value,
        ExpectationComparison.LessOrEqual => measured <= expectation.Value,
        ExpectationComparison.Greater => measured > expectation.Value,
        ExpectationComparison.GreaterOrEqual => measured >= expectation.Value,
        ExpectationComparison.Equal => measured == expectation.Value,
        _ => measured != expectation.Value,
    };
}
