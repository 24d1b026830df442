using System.Globalization;
using System.Text;
using System.Text.Json;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Output;

/// <summary>Writes the results of a run into a folder.</summary>
internal static class OutputFolder
{
    /// <summary>Writes <c>run.json</c> and <c>stats.txt</c>.</summary>
    public static void Write(string folder, ExperimentReport report)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "run.json"), JsonSerializer.Serialize(report, Json.Indented) + "\n");
            File.WriteAllText(Path.Combine(folder, "stats.txt"), Statistics(report));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --out {folder}: {error.Message}");
        }
    }

    private static string Statistics(ExperimentReport report)
    {
        var text = new StringBuilder();
        void Line(string name, double value, string unit, string what) =>
            text.AppendLine(CultureInfo.InvariantCulture, $"{name,-48} {value,18:0.######} {unit,-6} # {what}");
        Line("simulated", report.SimulatedNs, "ns", "time of the last event");
        Line("wall", report.WallSeconds, "s", "time the run took");
        Line("events", report.Events, "", "messages handled by actors");
        Line("transactions", report.Transactions, "", "memory requests completed");
        foreach (SourceReport source in report.Sources)
        {
            Line($"{source.Name}.reads", source.Reads, "", "reads completed");
            Line($"{source.Name}.writes", source.Writes, "", "writes completed");
            Line($"{source.Name}.bandwidth", source.GigabytesPerSecond, "GB/s", "from the first request to the last answer");
            foreach ((string kind, LatencyReport latency) in new[] { ("reads", source.ReadLatencyNs), ("writes", source.WriteLatencyNs) })
            {
                Line($"{source.Name}.{kind}.min", latency.Min, "ns", "shortest latency");
                Line($"{source.Name}.{kind}.mean", latency.Mean, "ns", "mean latency");
                Line($"{source.Name}.{kind}.p50", latency.P50, "ns", "median latency");
                Line($"{source.Name}.{kind}.p99", latency.P99, "ns", "latency that 99 % do not exceed");
                Line($"{source.Name}.{kind}.max", latency.Max, "ns", "longest latency");
            }

            foreach ((string reason, long count) in source.Errors)
                Line($"{source.Name}.errors.{reason}", count, "", "requests completed with this reason");
        }

        foreach (LinkReport link in report.Links)
        {
            Line($"{link.To}.down", link.DownGigabytesPerSecond, "GB/s", "data down the link");
            Line($"{link.To}.up", link.UpGigabytesPerSecond, "GB/s", "data up the link");
        }

        return text.ToString();
    }
}
