using System.Text.Json;

namespace CxlTopology.Cli.Tests.Commands;

public sealed class ValidateTests
{
    private const string Bad = "tests/CxlTopology.Description.Tests/bad/granularity-three.yaml";

    [Fact]
    public void Validate_EveryShippedFile_IsOk()
    {
        string[] files = [.. Directory.GetFiles(Repository.File("topologies"), "*.yaml").Order(StringComparer.Ordinal)];

        CliResult result = Cli.Run(["validate", .. files]).Exits(0);

        Assert.Equal(files.Select(f => $"{f}: ok ({Path.GetFileNameWithoutExtension(f)}, "), result.OutputLines.Select(l => l[..(l.IndexOf(',', StringComparison.Ordinal) + 2)]));
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Validate_Quickstart_CountsItsParts() =>
        Assert.Equal("topologies/quickstart.yaml: ok (quickstart, 1 host, 4 endpoints, 1 region, 1 workload)\n", Cli.Run("validate", "topologies/quickstart.yaml").Exits(0).Output);

    [Fact]
    public void Validate_SeveralBadFiles_ReportsErrorsOfAll()
    {
        CliResult result = Cli.Run("validate", "none.yaml", Bad, "topologies/quickstart.yaml").Exits(3);

        Assert.Equal(["none.yaml: 1 error", Bad + ": 1 error"], result.OutputLines[..2]);
        Assert.StartsWith("topologies/quickstart.yaml: ok", result.OutputLines[2], StringComparison.Ordinal);
        Assert.Contains("none.yaml: error CXT0001: ", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"granularity-three\.yaml:\d+:\d+: error CXT0112: ", result.Error);
    }

    [Fact]
    public void Validate_AsJson_IsAnObjectALine()
    {
        CliResult result = Cli.Run("validate", "-o", "json", Bad, "topologies/quickstart.yaml").Exits(3);

        JsonElement[] lines = [.. result.OutputLines.Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal([false, true], lines.Select(l => l.GetProperty("ok").GetBoolean()));
        Assert.Equal([Bad, "topologies/quickstart.yaml"], lines.Select(l => l.GetProperty("file").GetString()));
        Assert.Empty(lines[1].GetProperty("errors").EnumerateArray());
        JsonElement error = Assert.Single(lines[0].GetProperty("errors").EnumerateArray());
        Assert.Equal(["code", "file", "line", "column", "message", "help"], error.EnumerateObject().Select(p => p.Name));
        Assert.Equal("CXT0112", error.GetProperty("code").GetString());
        Assert.True(error.GetProperty("line").GetInt32() > 1);
    }

    [Fact]
    public void Validate_SeveralBadTraces_ReportsEach()
    {
        using var folder = new TestFolder();
        folder.Write("one.trace", "1000 R\n1000 X\n");
        folder.Write("two.trace", "# nothing\n");
        string file = folder.WriteTopology("workloads: {a: {to: region0, trace: one.trace}, b: {to: region0, trace: two.trace}}");

        CliResult result = Cli.Run("validate", file).Exits(3);

        Assert.Contains("one.trace:2:6: error CXT0805: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("two.trace:1:1: error CXT0809: ", result.Error, StringComparison.Ordinal);
        Assert.Equal($"{file}: 2 errors\n", result.Output);
    }

    [Fact]
    public void Validate_StandardInput_IsRead() =>
        Assert.StartsWith("-: ok (", Cli.RunWith(File.ReadAllText(Repository.File("topologies", "three-way.yaml")), "validate", "-").Exits(0).Output, StringComparison.Ordinal);
}
