using System.Diagnostics;
using System.Globalization;
using System.Text;
using CxlTopology.Cli.Tests;

namespace CxlTopology.Mpi.Tests;

/// <summary>Starts programs as ranks, as a user does.</summary>
internal static class Mpirun
{
    // More ranks than cores, by whomever, wherever: what a test machine may need.
    private static readonly string[] options = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"];

    /// <summary>Whether there is an mpirun on the path. Decides at discovery which tests there are.</summary>
    public static bool IsThere { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "mpirun")));

    /// <summary>The program with the modes of the tests: it lies beside them.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "CxlTopology.Mpi.Program.dll");

    /// <summary>Runs <c>cxltopo</c> on so many ranks.</summary>
    public static CliResult Command(int ranks, params string[] args)
    {
        using Process process = Start(ranks, Cli.Tests.Cli.Program, args);
        return Cli.Tests.Cli.Finish(process, "");
    }

    /// <summary>Runs a mode of the program on so many ranks; 0 is without mpirun.</summary>
    public static CliResult Mode(int ranks, params string[] args)
    {
        using Process process = Start(ranks, Program, args);
        return Cli.Tests.Cli.Finish(process, "");
    }

    /// <summary>Starts a program on so many ranks and returns at once; 0 is without mpirun.</summary>
    public static Process Start(int ranks, string program, params string[] args)
    {
        var start = new ProcessStartInfo(ranks == 0 ? "dotnet" : "mpirun") { WorkingDirectory = Repository.Root };
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = new UTF8Encoding(false);
        start.Environment.Remove("CXLTOPO_TRACE");
        string[] before = ranks == 0 ? [] : [.. options, "-n", ranks.ToString(CultureInfo.InvariantCulture), "dotnet"];
        foreach (string arg in (IEnumerable<string>)[.. before, program, .. args])
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}
