using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CxlTopology.Cli.Output;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo run</c>: boots a topology, runs its workloads, checks, reports.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = TopologyArgument.Create();
        var seed = new Option<string>("--seed") { HelpName = "N", Description = "Seed of all random streams, decimal or 0x… (default: the file's)." };
        var workers = new Option<int>("--workers") { HelpName = "N", Description = "Workers, 1 to 64. Decides how fast it runs, never what comes out.", DefaultValueFactory = _ => 1 };
        var engine = new Option<string>("--engine")
        {
            Description = "embedded, or akka: Akka.NET; with --nodes over a cluster.",
            DefaultValueFactory = _ => "embedded",
        };
        engine.AcceptOnlyFromAmong("embedded", "akka");
        var cluster = new RunClusterOptions();
        var until = new Option<string>("--until") { HelpName = "TIME", Description = "Stop at this simulated time: 10us, 1ms." };
        var timeout = new Option<string>("--timeout") { HelpName = "TIME", Description = "Stop after this wall-clock time: 60s." };
        var output = new Option<string>("--output", "-o") { Description = "table for people, json for tools.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var folder = new Option<string>("--out") { HelpName = "DIR", Description = "Write run.json (the report) and stats.txt (a value a line) there." };
        var force = new Option<bool>("--force") { Description = "Overwrite what is in --out." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress on standard error." };
        var command = new Command("run", """
            Boots a topology, runs its workloads, checks, and reports.

            Examples:
              cxltopo run topologies/quickstart.yaml
              cxltopo run topologies/quickstart.yaml --seed 7 -o json
              cxltopo run topologies/4096-endpoints.yaml --workers 2 --out out/run1
              cxltopo run topologies/quickstart.yaml --engine akka --nodes 2 --spawn
              cxltopo run topologies/passthrough.yaml
              mpirun -n 2 cxltopo run topologies/4096-endpoints.yaml

            Exit codes: 0 done, 1 an expectation failed, a guest did not start, or a region was not made,
            2 usage, 3 the file is wrong, 4 a checker found an inconsistency, 5 no progress, --timeout, or
            nodes that did not come, 70 internal, or a node was lost, 130/143 interrupted (partial results are
            still written; a second signal half a second later aborts). Refused accesses are results, not
            failures: say under "expect" what may not happen.
            """)
        {
            file, seed, workers, engine, until, timeout, output, folder, force, quiet,
        };
        cluster.AddTo(command);
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(workers);
            if (count is < 1 or > 64)
                throw new UserErrorException(ExitCode.Usage, $"cxltopo: --workers {count}: 1 to 64 are possible.");
            var options = new ExperimentOptions
            {
                Seed = parsed.GetValue(seed) is { } text ? ParseSeed(text) : null,
                Workers = count,
                Until = parsed.GetValue(until) is { } time ? SimTime.Zero + ParseDuration("--until", time) : null,
            };
            TimeSpan? limit = parsed.GetValue(timeout) is { } wall ? TimeSpan.FromSeconds(ParseDuration("--timeout", wall).TotalSeconds) : null;
            string? outFolder = parsed.GetValue(folder);
            CheckFolder(outFolder, parsed.GetValue(force));
            bool json = parsed.GetValue(output) == "json";
            ClusterRequest? nodes = cluster.Read(parsed, parsed.GetValue(engine)!);
            if (MpiRun.Started is not null && parsed.GetValue(engine) == "akka")
                throw new UserErrorException(ExitCode.Usage, "cxltopo: a run is spread by mpirun or by --engine akka, not by both.");
            if (nodes is not null)
                return AkkaRun.Run(nodes, parsed.GetValue(file)!, options, limit, json, outFolder, parsed.GetValue(quiet));
            if (parsed.GetValue(engine) == "akka")
                return AkkaRun.RunHosted(parsed.GetValue(file)!, options, limit, json, outFolder, parsed.GetValue(quiet));
            return MpiRun.Started is { } ranks
                ? MpiRun.Run(ranks, parsed.GetValue(file)!, options, limit, json, outFolder, parsed.GetValue(quiet))
                : Run(Prepare(parsed.GetValue(file)!, options), limit, json, outFolder, parsed.GetValue(quiet));
        });
        return command;
    }

    /// <summary>Reads a file and builds its actors.</summary>
    internal static Experiment Prepare(string file, ExperimentOptions options)
    {
        TopologyModel model = TopologyArgument.Load(file);
        try
        {
            return Experiment.Prepare(model, options);
        }
        catch (TraceException error)
        {
            WorkloadModel? replaying = model.Workloads.FirstOrDefault(w => w.Trace == error.Path);
            string where = replaying is null ? "" : $"{Environment.NewLine}  The workload {replaying.Name} replays it ({model.FileName}:{replaying.Position.Line}:{replaying.Position.Column}).";
            throw new UserErrorException(ExitCode.BadFile, error.Message + where);
        }
    }

    /// <summary>Runs and reports.</summary>
    /// <param name="experiment">What is run; disposed of.</param>
    /// <param name="limit">Wall-clock time after which it is stopped.</param>
    /// <param name="json">Whether the report is for tools.</param>
    /// <param name="folder">Where it is written as well.</param>
    /// <param name="quiet">No progress.</param>
    /// <param name="started">Gets what notices signals, before the run.</param>
    internal static int Run(Experiment experiment, TimeSpan? limit, bool json, string? folder, bool quiet, Action<Interrupt>? started = null)
    {
        using Experiment prepared = experiment;
        return Report(experiment, json, folder, Execute(experiment, limit, quiet, started));
    }

    /// <summary>Runs, and says by which signal it was stopped, as an exit code; null if by none.</summary>
    internal static int? Execute(Experiment experiment, TimeSpan? limit, bool quiet, Action<Interrupt>? started)
    {
        using var interrupt = new Interrupt(experiment.Built.Simulation);
        started?.Invoke(interrupt);
        using (var progress = new Progress(experiment, quiet))
        using (Timer? timer = limit is { } time ? new Timer(_ => experiment.Built.Simulation.Stop(), null, time, Timeout.InfiniteTimeSpan) : null)
            experiment.Run();
        return interrupt.Code;
    }

    /// <summary>Reports on what was run.</summary>
    internal static int Report(Experiment experiment, bool json, string? folder, int? interrupted)
    {
        ExperimentReport report = Reports.Of(experiment);
        if (folder is not null)
            OutputFolder.Write(folder, report);
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(report, Json.Indented));
        else
            RunTables.Print(experiment, report);
        return interrupted ?? CodeOf(experiment, report);
    }

    internal static int CodeOf(Experiment experiment, ExperimentReport report)
    {
        if (experiment.Result!.Outcome == RunOutcome.Failed)
        {
            Console.Error.WriteLine((experiment.Result.Broken is null ? "cxltopo: a component failed: " : "cxltopo: the run was broken off: ") + string.Join(Environment.NewLine, report.Failures));
            return ExitCode.Internal;
        }

        if (report.Checkers.Any(c => c.Violations > 0))
            return ExitCode.Inconsistent;
        if (report.Outcome is "no progress" or "stopped")
            return ExitCode.NoProgress;
        return report.Expectations.All(e => e.Passed) && report.Guests.All(g => g.Problem is null) && report.FirmwareProblems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static ulong ParseSeed(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(hex ? text[2..] : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw new UserErrorException(ExitCode.Usage, $"cxltopo: --seed {text}: a whole number from 0 to 2^64-1, decimal or 0x….");
    }

    private static SimDuration ParseDuration(string option, string text) =>
        Durations.TryParse(text, out SimDuration duration) && duration > SimDuration.Zero
            ? duration
            : throw new UserErrorException(ExitCode.Usage, $"cxltopo: {option} {text}: a time with its unit, such as 10us, 1ms or 60s.");

    private static void CheckFolder(string? folder, bool force)
    {
        if (folder is not null && !force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: {folder} is there already and not empty; choose another folder, or add --force.");
    }
}
