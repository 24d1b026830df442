using CxlTopology.Cli.Tests;

namespace CxlTopology.Mpi.Tests;

/// <summary>Every shipped topology through the command on two and three ranks: the report that one process prints, to the last digit.</summary>
[Trait("Needs", "mpirun")]
public sealed class ShippedTopologyTests
{
    /// <summary>Short enough for all of them; whole runs are compared in the tests of the scenarios.</summary>
    private const string Until = "50us";

    // What says how it was run, and not what came out.
    private static readonly string[] ways = ["  \"engine\": ", "  \"workers\": ", "  \"wallSeconds\": "];
    private static readonly Dictionary<string, CliResult> embedded = new(StringComparer.Ordinal);

    public static TheoryData<string, int> Files
    {
        get
        {
            var files = new TheoryData<string, int>();
            foreach (string file in Directory.GetFiles(Repository.File("topologies"), "*.yaml").Order(StringComparer.Ordinal))
            {
                files.Add(Path.GetFileName(file), 2);
                files.Add(Path.GetFileName(file), 3);
            }

            return files;
        }
    }

    [MpirunTheory]
    [MemberData(nameof(Files))]
    public void Run_OnRanks_PrintsTheReportOfOneProcess(string file, int ranks)
    {
        string[] args = ["run", "topologies/" + file, "--quiet", "-o", "json", "--until", Until];
        if (!embedded.TryGetValue(file, out CliResult? one))
            embedded.Add(file, one = Cli.Tests.Cli.Run(args));

        CliResult several = Mpirun.Command(ranks, args).Exits(one.ExitCode);

        Assert.True(one.Json.GetProperty("events").GetInt64() > 100);
        Assert.Equal(Lines(one), Lines(several));
        Assert.Equal("mpi", several.Json.GetProperty("engine").GetString());
        Assert.Equal(ranks, several.Json.GetProperty("workers").GetInt32());
    }

    [MpirunFact]
    public void Run_OfAWholeFile_PrintsTheTableOfOneProcess()
    {
        string[] args = ["run", "topologies/quickstart.yaml", "--quiet", "--seed", "7"];

        CliResult several = Mpirun.Command(2, args).Exits(0);

        Assert.Equal(Table(Cli.Tests.Cli.Run(args).Exits(0)), Table(several));
    }

    [MpirunFact]
    public void Run_IntoAFolder_WritesItOnce()
    {
        using var folder = new TestFolder();
        string into = Path.Combine(folder.Path, "run");

        CliResult result = Mpirun.Command(2, "run", folder.WriteTopology("workloads: {load: {to: region0, count: 500}}"), "--quiet", "-o", "json", "--out", into).Exits(0);

        Assert.Equal(result.Output, File.ReadAllText(Path.Combine(into, "run.json")));
        Assert.Equal(["run.json", "stats.txt"], Directory.GetFiles(into).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    private static string[] Lines(CliResult result) => [.. result.OutputLines.Where(line => !ways.Any(way => line.StartsWith(way, StringComparison.Ordinal)))];

    // The table says in one line how long it took, and by which engine.
    private static string[] Table(CliResult result) =>
        [.. result.OutputLines.Where(line => !line.Contains(" wall", StringComparison.Ordinal) && !line.Contains("events/s", StringComparison.Ordinal))];
}
