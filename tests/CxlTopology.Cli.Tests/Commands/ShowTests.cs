using System.Text.Json;

namespace CxlTopology.Cli.Tests.Commands;

public sealed class ShowTests
{
    private static readonly Lazy<CliResult> quickstart = new(() => Cli.Run("show", "topologies/quickstart.yaml").Exits(0));
    private static readonly Lazy<JsonElement> quickstartJson = new(() => Cli.Run("show", "topologies/quickstart.yaml", "-o", "json").Exits(0).Json);

    [Theory]
    [InlineData("host0  memory 16GiB, 1 window, 2 host bridges")]
    [InlineData("├─ window0  0x1000000000 + 16GiB, 2 x 1KiB over hb0 hb1, type2 type3 volatile")]
    [InlineData("├─ hb0  uid 0, pass-through")]
    [InlineData("│  └─ rp0  port 0, 64GT/s x8 256B → sw0  switch, 4 decoders of 8 targets, 2 ports")]
    [InlineData("│     └─ dsp1  port 1, 64GT/s x8 256B → gpu1  type 2, 4GiB, 4 decoders, hdm-db, asic-gen6")]
    [InlineData("region0  host0/window0  0x1000000000 + 16GiB, 4 x 1KiB, ram: gpu0 gpu2 gpu1 gpu3")]
    [InlineData("ls        host0 → region0: trace topologies/traces/ls.lackey.gz, 16 outstanding")]
    [InlineData("ls        lackey  33,676  11,394  1,473     0        35,166  12,883  33     87     1,574  0ns")]
    [InlineData("host0/hb0/rp0/sw0            decoder0  0x1000000000 + 16GiB  2 x 2KiB    dsp0 dsp1")]
    [InlineData("host0/hb1/rp0/sw1/dsp1/gpu3  decoder0  0x1000000000 + 16GiB  4 x 1KiB    DPA 0x0")]
    public void Show_Quickstart_HasLine(string line) => Assert.Contains(line, quickstart.Value.OutputLines);

    [Fact]
    public void Show_Redirected_HasNoEscapes() => Assert.DoesNotContain('\e', quickstart.Value.Output);

    [Fact]
    public void Show_AsList_HasARowForEachComponent()
    {
        string[] lines = Cli.Run("show", "topologies/quickstart.yaml", "--as", "list").Exits(0).OutputLines;

        string[] paths = [.. lines.SkipWhile(l => !l.StartsWith("component", StringComparison.Ordinal)).Skip(1).TakeWhile(l => l.Length > 0).Select(l => l.Split("  ")[0])];
        Assert.Equal(
            ["host0", "host0/window0", "host0/hb0", "host0/hb0/rp0", "host0/hb0/rp0/sw0", "host0/hb0/rp0/sw0/dsp0", "host0/hb0/rp0/sw0/dsp0/gpu0", "host0/hb0/rp0/sw0/dsp1", "host0/hb0/rp0/sw0/dsp1/gpu1"],
            paths[..9]);
        Assert.Equal(16, paths.Length);
    }

    [Fact]
    public void Show_Json_HasCommittedDecoders()
    {
        JsonElement[] decoders = [.. quickstartJson.Value.GetProperty("decoders").EnumerateArray()];

        Assert.Equal(6, decoders.Length);
        Assert.Equal("host0/hb0/rp0/sw0", decoders[0].GetProperty("component").GetString());
        Assert.Equal("0x1000000000", decoders[0].GetProperty("base").GetString());
        Assert.Equal(["dsp0", "dsp1"], decoders[0].GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        Assert.Equal("0x0", decoders[1].GetProperty("dpaBase").GetString());
    }

    [Fact]
    public void Show_Json_NestsComponents()
    {
        JsonElement host = Assert.Single(quickstartJson.Value.GetProperty("hosts").EnumerateArray());

        JsonElement endpoint = host.GetProperty("bridges")[1].GetProperty("ports")[0].GetProperty("switch").GetProperty("ports")[1].GetProperty("endpoint");
        Assert.Equal("gpu3", endpoint.GetProperty("name").GetString());
        Assert.Equal(4UL << 30, endpoint.GetProperty("volatileBytes").GetUInt64());
    }

    [Fact]
    public void Show_Json_CountsTheTrace() =>
        Assert.Equal(33_676, Assert.Single(quickstartJson.Value.GetProperty("workloads").EnumerateArray()).GetProperty("trace").GetProperty("loads").GetInt32());

    [Fact]
    public void Show_DpaSkip_IsShown() =>
        Assert.Contains("host0/hb0/rp0/sw0/dsp0/mem0  decoder1  0x1300000000 + 2GiB    8 x 256B    DPA 0x40000000, skip 768MiB", Cli.Run("show", "topologies/linux-cxl-test.yaml").Exits(0).OutputLines);

    [Fact]
    public void Show_ManyEndpoints_IsSummed()
    {
        CliResult result = Cli.Run("show", "topologies/4096-endpoints.yaml").Exits(0);

        Assert.InRange(result.OutputLines.Length, 50, 150);
        Assert.Contains("… and 61 more hosts", result.OutputLines);
        Assert.Contains("--all shows everything.", result.OutputLines);
    }

    [Fact]
    public void Show_ManyEndpointsWithAll_ShowsEach()
    {
        CliResult result = Cli.Run("show", "topologies/4096-endpoints.yaml", "--all", "--as", "list").Exits(0);

        Assert.Equal(4096, result.OutputLines.Count(l => l.Contains("  endpoint  ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Show_BadTrace_IsItsNumberedError()
    {
        using var folder = new TestFolder();

        CliResult result = Cli.Run("show", folder.WriteTraced("none.trace")).Exits(3);

        Assert.Contains("error CXT0801: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
