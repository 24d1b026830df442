using System.CommandLine;
using CxlTopology.Description;

namespace CxlTopology.Cli.Commands;

/// <summary>The topology file that most commands take.</summary>
internal static class TopologyArgument
{
    /// <summary>The argument.</summary>
    public static Argument<string> Create() => new("FILE") { Description = "Topology file (YAML), or - for standard input." };

    /// <summary>Reads the file; all its errors at once if it is wrong.</summary>
    /// <exception cref="UserErrorException">The file is wrong.</exception>
    public static TopologyModel Load(string path)
    {
        DescriptionResult result = TopologyFile.Load(path);
        if (result.Model is { } model)
            return model;
        string count = result.Errors.Count == 1 ? "1 error" : $"{result.Errors.Count} errors";
        throw new UserErrorException(ExitCode.BadFile, string.Join(Environment.NewLine + Environment.NewLine, result.Errors.Select(e => e.Render()))
            + $"{Environment.NewLine}{Environment.NewLine}{count}. 'cxltopo explain {result.Errors[0].Id}' says more.");
    }
}
