using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Specification;
using Spectre.Console;

namespace CxlTopology.Cli.Output;

/// <summary>The report of a run for people.</summary>
internal static class RunTables
{
    private const int RowsMax = 24;

    /// <summary>Prints what was built, how it is programmed, what was measured and what was checked.</summary>
    public static void Print(Experiment experiment, ExperimentReport report)
    {
        IAnsiConsole console = Terminal.Out;
        BuiltTopology built = experiment.Built;
        console.WriteLine($"{report.Topology}: {Count(built.Hosts.Count, "host")}, {Count(built.Bridges.Count, "host bridge")}, {Count(built.Switches.Count, "switch", "switches")}, "
            + $"{Count(built.Endpoints.Count, "endpoint")}, {Count(built.Simulation.ActorCount, "actor")}; seed {report.Seed}");
        console.WriteLine();
        PrintDecoders(console, built);
        PrintSources(console, report);
        GuestTables.Print(console, report.Guests);
        CacheTables.Print(console, report.Caches);
        PrintLinks(console, report);
        foreach (UnclaimedReport unclaimed in report.Unclaimed)
            console.WriteLine($"unclaimed at {unclaimed.Component}: {N(unclaimed.Count)} × {unclaimed.Reason}");
        GuestTables.PrintProblems(console, report.Guests);
        foreach (string problem in report.FirmwareProblems)
            Verdict(console, false, "firmware: " + problem);
        foreach (SourceReport source in report.Sources.Where(s => s.NotStarted is not null))
            Verdict(console, false, $"{source.Name} not started: {source.NotStarted}");
        foreach (string failure in report.Failures)
            console.WriteLine("failure: " + failure);
        foreach (CheckerReport checker in report.Checkers)
            Verdict(console, checker.Checked == 0 && checker.Violations == 0 ? null : checker.Violations == 0, $"{checker.Name}: {N(checker.Checked)} checked" + (checker.Unjudged == 0 ? "" : $", {N(checker.Unjudged)} not judged") + (checker.Violations == 0 ? "" : $", {checker.Violations} wrong: {checker.First}"));
        foreach (ExpectationReport expectation in report.Expectations)
            Verdict(console, expectation.Passed, $"{expectation.Text} (measured: {expectation.Measured})");
        console.WriteLine();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Transactions:N0} transactions in {report.SimulatedNs / 1e3:N3} us simulated, {report.WallSeconds:0.00} s of wall time; {report.Events:N0} events, {report.Events / Math.Max(report.WallSeconds, 1e-9) / 1e6:0.0} M events/s"));
        console.WriteLine($"digest {report.Digest}{(report.Partial ? $" (partial: {report.Outcome})" : "")}");
        if (!report.Partial && report.Outcome == "no progress")
            console.WriteLine("no progress: nothing is under way, and requests are without an answer");
    }

    private static void PrintDecoders(IAnsiConsole console, BuiltTopology built)
    {
        Table table = NewTable("level", "component", "decoder", "range", "interleave", "targets / DPA");
        int more = 0;
        foreach (HostModel host in built.Model.Hosts)
        {
            for (int i = 0; i < host.Windows.Count; i++)
            {
                WindowModel window = host.Windows[i];
                Row("0", host.Name, $"window{i}", window.Base.Value, window.Size.Bytes, $"{window.Ways} x {window.Granularity} B{(window.Arithmetic == WindowArithmetic.Xor ? " xor" : "")}", string.Join(' ', window.Targets));
            }
        }

        foreach ((string path, HdmDecoderCapability decoders) in built.Capabilities())
        {
            foreach (HdmDecoder decoder in decoders.Touched)
            {
                HdmDecoderSettings s = decoder.Settings;
                if (!s.Committed && !s.NotCommitted)
                    continue;
                Interleave? interleave = s.Interleave;
                string targets = decoders.Kind == ComponentKind.Endpoint
                    ? $"DPA 0x{decoder.DpaBase:x}"
                    : string.Join(' ', Enumerable.Range(0, Math.Min(8, interleave?.Ways ?? 0)).Select(slot => "port " + s.TargetAt(slot)));
                // Path: host, bridge, then a port and a switch or endpoint for each further level.
                Row((1 + (path.Count(c => c == '/') - 1) / 2).ToString(CultureInfo.InvariantCulture), path, "decoder" + decoder.Index, s.Base.Value, s.Size.Bytes,
                    $"{interleave?.Ways} x {interleave?.Granularity} B", s.NotCommitted ? $"not committed: {decoder.LastRefusal}" : targets);
            }
        }

        console.Write(table);
        if (more > 0)
            console.WriteLine($"… and {more} more decoders ('cxltopo show' lists all)");
        console.WriteLine();

        void Row(string level, string component, string decoder, ulong start, ulong size, string interleave, string targets)
        {
            if (table.Rows.Count >= RowsMax)
                more++;
            else
                table.AddRow(Cells(level, component, decoder, $"0x{start:x} + {new ByteSize(size)}", interleave, targets));
        }
    }

    private static void PrintSources(IAnsiConsole console, ExperimentReport report)
    {
        Table table = NewTable("workload", "", "requests", "min ns", "mean", "p50", "p90", "p99", "p99.9", "max", "GB/s", "errors");
        foreach (SourceReport source in report.Sources.Take(RowsMax))
        {
            string errors = source.Errors.Count == 0 ? "0" : string.Join(", ", source.Errors.Select(e => $"{e.Value} {e.Key}"));
            if (source.NotStarted is not null)
            {
                table.AddRow(Cells([source.Name, .. Enumerable.Repeat("", 10), "not started"]));
                continue;
            }

            if (source.Reads > 0 || source.Writes == 0)
                table.AddRow(Latencies(source.Name, "reads", source.Reads, source.ReadLatencyNs, source.GigabytesPerSecond, errors));
            if (source.Writes > 0)
                table.AddRow(Latencies(source.Reads > 0 ? "" : source.Name, "writes", source.Writes, source.WriteLatencyNs, source.Reads > 0 ? null : source.GigabytesPerSecond, source.Reads > 0 ? "" : errors));
        }

        if (report.Sources.Count == 0)
            return;
        console.Write(table);
        if (report.Sources.Count > RowsMax)
            console.WriteLine($"… and {report.Sources.Count - RowsMax} more workloads (-o json lists all)");
        console.WriteLine();
        foreach (SourceReport source in report.Sources.Where(s => s.Stops is not null))
            console.WriteLine($"{source.Name}: its engine was stopped by {Count((int)source.Stops!.Value, "reset")} of the device");
    }

    private static Markup[] Latencies(string name, string kind, long count, LatencyReport latency, double? rate, string errors)
    {
        // Nothing takes no time at all: without one that completed well there is no latency.
        string Ns(double value) => latency.Max == 0 ? "–" : value.ToString("0.0", CultureInfo.InvariantCulture);
        return Cells(name, kind, count.ToString("N0", CultureInfo.InvariantCulture), Ns(latency.Min), Ns(latency.Mean), Ns(latency.P50), Ns(latency.P90), Ns(latency.P99), Ns(latency.P999), Ns(latency.Max),
            rate?.ToString("0.000", CultureInfo.InvariantCulture) ?? "", errors);
    }

    private static void PrintLinks(IAnsiConsole console, ExperimentReport report)
    {
        Table table = NewTable("link (means of the run)", "", "speed", "down GB/s", "slots", "up GB/s", "slots", "waits");
        LinkReport[] links = [.. report.Links.OrderByDescending(l => Math.Max(l.UpUtilization, l.DownUtilization)).Take(RowsMax / 2)];
        LinkReport[] shown = links.Length == report.Links.Count ? [.. report.Links] : links;
        foreach (LinkReport link in shown)
        {
            table.AddRow(Cells(link.From, "→ " + link.To.Split('/')[^1], link.Speed, link.DownGigabytesPerSecond.ToString("0.000", CultureInfo.InvariantCulture), Percent(link.DownUtilization),
                link.UpGigabytesPerSecond.ToString("0.000", CultureInfo.InvariantCulture), Percent(link.UpUtilization), link.Waited.ToString("N0", CultureInfo.InvariantCulture)));
        }

        if (shown.Length == 0)
            return;
        console.Write(table);
        if (shown.Length < report.Links.Count)
            console.WriteLine($"… the {shown.Length} busiest of {report.Links.Count} links (-o json lists all)");
        console.WriteLine();
    }

    private static string N(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private static string Count(int count, string one, string? many = null) => count.ToString("N0", CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many ?? one + "s");

    // Null: there was nothing to judge.
    internal static void Verdict(IAnsiConsole console, bool? good, string text) =>
        console.MarkupLine((good switch { true => "[green]✓[/] ", false => "[red]✗[/] ", null => "– " }) + Markup.Escape(text));

    internal static Markup[] Cells(params string[] texts) => [.. texts.Select(t => new Markup(Markup.Escape(t)))];

    internal static Table NewTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (int i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn($"[bold]{Markup.Escape(columns[i])}[/]") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) };
            table.AddColumn(column);
        }

        return table;
    }
}
