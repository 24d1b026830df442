using System.Text.Json;

namespace CxlTopology.Cli.Tests.Commands;

/// <summary>What other tools rely on in <c>cxltopo run -o json</c>.</summary>
public sealed class RunJsonTests
{
    private static readonly Lazy<CliResult> quickstart = new(() => Cli.Run("run", "topologies/quickstart.yaml", "-o", "json").Exits(0));

    private static JsonElement Report => quickstart.Value.Json;

    [Theory]
    [InlineData("topology", JsonValueKind.String)]
    [InlineData("seed", JsonValueKind.Number)]
    [InlineData("engine", JsonValueKind.String)]
    [InlineData("workers", JsonValueKind.Number)]
    [InlineData("digest", JsonValueKind.String)]
    [InlineData("partial", JsonValueKind.False)]
    [InlineData("simulatedNs", JsonValueKind.Number)]
    [InlineData("wallSeconds", JsonValueKind.Number)]
    [InlineData("events", JsonValueKind.Number)]
    [InlineData("transactions", JsonValueKind.Number)]
    [InlineData("sources", JsonValueKind.Array)]
    [InlineData("expectations", JsonValueKind.Array)]
    [InlineData("checkers", JsonValueKind.Array)]
    public void Report_Key_HasItsType(string key, JsonValueKind kind) => Assert.Equal(kind, Report.GetProperty(key).ValueKind);

    [Theory]
    [InlineData("readLatencyNs")]
    [InlineData("writeLatencyNs")]
    public void Report_Latencies_Ascend(string key)
    {
        JsonElement latency = Report.GetProperty("sources")[0].GetProperty(key);

        double[] values = [.. new[] { "min", "p50", "p90", "p99", "p999", "max" }.Select(name => latency.GetProperty(name).GetDouble())];
        // A percentile is the upper bound of its bucket, which may lie a little above the largest value.
        Assert.Equal(values[..5].Order(), values[..5]);
        Assert.InRange(values[5], values[4] * 0.98, double.MaxValue);
        Assert.InRange(latency.GetProperty("mean").GetDouble(), values[0], values[5]);
    }

    [Fact]
    public void Report_Source_HasItsCounts()
    {
        JsonElement source = Assert.Single(Report.GetProperty("sources").EnumerateArray());

        Assert.Equal("ls", source.GetProperty("name").GetString());
        Assert.Equal((35_166, 12_883), (source.GetProperty("reads").GetInt32(), source.GetProperty("writes").GetInt32()));
        Assert.True(source.GetProperty("gigabytesPerSecond").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Object, source.GetProperty("errors").ValueKind);
        Assert.Equal(48_049, Report.GetProperty("transactions").GetInt32());
    }

    [Fact]
    public void Report_Expectations_HaveTextAndVerdict() => Assert.All(Report.GetProperty("expectations").EnumerateArray(), e =>
    {
        Assert.NotEmpty(e.GetProperty("text").GetString()!);
        Assert.True(e.GetProperty("passed").GetBoolean());
    });

    [Fact]
    public void Report_Checkers_HaveNameAndCounts() => Assert.All(Report.GetProperty("checkers").EnumerateArray(), c =>
    {
        Assert.NotEmpty(c.GetProperty("name").GetString()!);
        Assert.True(c.GetProperty("checked").GetInt64() >= 0);
        Assert.Equal(0, c.GetProperty("violations").GetInt64());
    });

    [Fact]
    public void Report_Digest_IsSixteenHexadecimalDigits() => Assert.Matches("^[0-9a-f]{16}$", Report.GetProperty("digest").GetString());

    [Fact]
    public void Report_Folder_HasTheSameReport()
    {
        using var folder = new TestFolder();
        string into = Path.Combine(folder.Path, "new", "run");

        CliResult result = Cli.Run("run", folder.WriteTopology("workloads: {load: {to: region0, count: 1000}}"), "-o", "json", "--out", into).Exits(0);

        Assert.Equal(result.Output, File.ReadAllText(Path.Combine(into, "run.json")));
        Assert.Contains("load.reads ", File.ReadAllText(Path.Combine(into, "stats.txt")), StringComparison.Ordinal);
    }
}
