using System.CommandLine;
using CxlTopology.Cli.Output;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo show</c>: a topology as it stands after boot.</summary>
internal static class ShowCommand
{
    private const string Registers = "registers";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = TopologyArgument.Create();
        var shape = new Option<string>("--as") { Description = "tree by level, or list with a row for each component.", DefaultValueFactory = _ => "tree" };
        shape.AcceptOnlyFromAmong("tree", "list");
        var output = new Option<string>("--output", "-o") { Description = "table for people, json for tools (always complete).", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var all = new Option<bool>("--all") { Description = "Show everything of a topology with more than 64 endpoints, not the first of each kind." };
        var command = new Command("show", """
            Shows a topology: components and links, regions, workloads with their traces, decoders after boot.

            Boots the topology without its workloads; lists every committed decoder as its registers have it.
            With the word "registers" in place of a file: the tables of all registers, as docs/registers.md.

            Examples:
              cxltopo show topologies/quickstart.yaml
              cxltopo show topologies/4096-endpoints.yaml --as list --all
              cxltopo show topologies/quickstart.yaml -o json
              cxltopo show registers

            Exit codes: 0 done, 2 usage, 3 the file or a trace is wrong, 70 internal.
            """)
        {
            file, shape, output, all,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(file) == Registers)
            {
                Console.Out.Write(RegisterTables.ToMarkdown());
                return ExitCode.Done;
            }

            BootedTopology booted = BootedTopology.Boot(TopologyArgument.Load(parsed.GetValue(file)!));
            using Stream stream = StandardStreams.OpenOutput();
            using var buffered = new BufferedStream(stream, 1 << 16);
            if (parsed.GetValue(output) == "json")
            {
                ShowJson.Write(buffered, booted);
            }
            else
            {
                using var writer = new StreamWriter(buffered);
                ShowText.Write(writer, booted, parsed.GetValue(shape) == "tree", parsed.GetValue(all));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
