using System.CommandLine;
using System.Text.Json;
using CxlTopology.Cli.Output;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo validate</c>: checks files without running them.</summary>
internal static class ValidateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Topology files (YAML); - is standard input.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "table for people, json for tools: one object a line and file.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("validate", """
            Checks topology files, the traces they name, the programming of their regions and the start
            of their guests, without running them.

            Each file gets a line on standard output; all errors of all files go to standard error, numbered.
            With -o json a line is {"file","ok","errors":[{"code","file","line","column","message","help"}]}.

            Examples:
              cxltopo validate topologies/*.yaml
              cxltopo validate -o json topologies/quickstart.yaml

            Exit codes: 0 all files are right, 2 usage, 3 a file is wrong, 70 internal.
            """)
        {
            files, output,
        };
        command.SetAction(parsed =>
        {
            bool json = parsed.GetValue(output) == "json";
            bool allRight = true;
            foreach (string file in parsed.GetValue(files)!)
                allRight &= Check(file, json);
            return allRight ? ExitCode.Done : ExitCode.BadFile;
        });
        return command;
    }

    private static bool Check(string file, bool json)
    {
        DescriptionResult result = TopologyFile.Load(file);
        FileProblem[] problems = result.Model is { } model ? [.. Traces(model), .. Boot(model)] : [.. result.Errors.Select(FileProblem.Of)];
        foreach (FileProblem problem in problems)
            Console.Error.WriteLine(problem.Text + Environment.NewLine);
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new { File = file, Ok = problems.Length == 0, Errors = problems }, Json.Compact));
        else
            Console.Out.WriteLine($"{file}: " + (problems.Length == 0 ? $"ok ({Summary(result.Model!)})" : Words.Count(problems.Length, "error")));
        return problems.Length == 0;
    }

    private static string Summary(TopologyModel model) =>
        $"{model.Name}, {Words.Count(model.Hosts.Count, "host")}, {Words.Count(model.Endpoints.Count, "endpoint")}, "
        + $"{Words.Count(model.Regions.Count, "region")}, {(model.Guests.Count == 0 ? "" : Words.Count(model.Guests.Count, "guest") + ", ")}{Words.Count(model.Workloads.Count, "workload")}";

    private static IEnumerable<FileProblem> Traces(TopologyModel model)
    {
        foreach (WorkloadModel workload in model.Workloads)
        {
            FileProblem? problem = null;
            try
            {
                WorkloadTrace.Check(workload);
            }
            catch (TraceException error)
            {
                problem = FileProblem.Of(error);
            }

            if (problem is not null)
                yield return problem;
        }
    }

    /// <summary>What the CXL core says when it makes the regions of the file, and why guests do not start, in a boot without workloads.</summary>
    private static IEnumerable<FileProblem> Boot(TopologyModel model)
    {
        List<GuestAgent> guests = [];
        BuiltTopology built = TopologyBuilder.Build(
            model, new SimulationOptions { Seed = model.Seed }, addAgents: (host, actor, building) => guests.AddRange(HostGuests.AddTo(host, actor, building)?.Agents ?? []));
        built.Simulation.Run();
        return
        [
            .. built.Programs.Values.SelectMany(p => p.BootProblems).Select(problem => FileProblem.OfBoot(model, problem)),
            .. guests.Where(g => g.Problem is not null).Select(g => FileProblem.OfGuest(model, g.Model, g.Problem!)),
        ];
    }
}
