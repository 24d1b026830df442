using System.CommandLine;
using CxlTopology.Description;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo schema</c>: prints the JSON schema of topology files.</summary>
internal static class SchemaCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("schema", """
            Prints the JSON schema of topology files (draft 7), for editors.

            Examples:
              cxltopo schema > topology.schema.json
              (first line of a topology file)  # yaml-language-server: $schema=./topology.schema.json

            Exit codes: 0 done, 2 usage, 70 internal.
            """);
        command.SetAction(_ =>
        {
            Console.Out.Write(SchemaWriter.Write());
            return ExitCode.Done;
        });
        return command;
    }
}
