using System.Text.Json;

namespace CxlTopology.Cli.Tests.List;

public sealed class RegionCommandTests
{
    private const string Mock = "topologies/linux-cxl-test.yaml";

    [Fact]
    public void Create_ARegion_PrintsItAndSaysHowMany()
    {
        CliResult result = Cli.Run("create-region", Mock, "--no-regions", "-d", "decoder0.1", "-w", "2", "-m", "mem0", "mem4", "-s", "512M").Exits(0);

        Assert.Equal((512L << 20, "ram", 2), (result.Json.GetProperty("size").GetInt64(), result.Json.GetProperty("type").GetString(), result.Json.GetProperty("mappings").GetArrayLength()));
        Assert.Equal("cxl region: cmd_create_region: created 1 region\n", result.Error);
    }

    [Fact]
    public void Create_ForPeople_PrintsUnits() =>
        Assert.Contains("\"size\":\"512.00 MiB (536.87 MB)\"", Cli.Run("create-region", Mock, "--no-regions", "-ud", "0.1", "-m", "0,4", "-s512M").Exits(0).Output, StringComparison.Ordinal);

    [Fact]
    public void Create_WithTheWholeMachine_ListsItAfterwards()
    {
        JsonElement bus = Cli.Run("create-region", Mock, "--no-regions", "-d", "decoder0.0", "-s", "256M", "-m", "mem1", "--list").Exits(0).Json[0];

        Assert.Equal("region0", bus.GetProperty("decoders:root0")[0].GetProperty("regions:decoder0.0")[0].GetProperty("region").GetString());
    }

    [Fact]
    public void Create_WhatIsRefused_SaysWhyWithTheErrorNumber()
    {
        CliResult result = Cli.Run("create-region", Mock, "--no-regions", "-d", "decoder0.1", "-w", "2", "-m", "mem0", "mem1").Exits(1);

        Assert.Equal("", result.Output);
        Assert.EndsWith("(ENXIO)", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("cxl region: cmd_create_region: created 0 regions", result.ErrorLines[1]);
    }

    [Fact]
    public void Create_WaysThatAreNoNumber_IsAUsageError() => Assert.Contains("--ways two: a whole number is expected", Cli.Run("create-region", Mock, "-w", "two").Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void Destroy_AnEnabledRegion_NeedsForce()
    {
        Assert.Contains("(EBUSY)", Cli.Run("destroy-region", "topologies/quickstart.yaml", "region0").Exits(1).Error, StringComparison.Ordinal);
        CliResult result = Cli.Run("destroy-region", "topologies/quickstart.yaml", "region0", "--force", "--list").Exits(0);
        Assert.Equal("cxl region: cmd_destroy_region: destroyed 1 region\n", result.Error);
        Assert.DoesNotContain("\"region0\"", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"decoders_committed\":1", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Disable_ARegion_LeavesItCommittedAndIdle()
    {
        CliResult result = Cli.Run("disable-region", "topologies/quickstart.yaml", "region0", "--list").Exits(0);

        JsonElement region = result.Json[0].GetProperty("decoders:root0")[0].GetProperty("regions:decoder0.0")[0];
        Assert.Equal(("commit", "disabled"), (region.GetProperty("decode_state").GetString(), region.GetProperty("state").GetString()));
    }

    [Fact]
    public void Destroy_WithoutRegions_IsAUsageError() => Cli.Run("destroy-region", "topologies/quickstart.yaml").Exits(2);

    [Theory]
    [InlineData("list")]
    [InlineData("create-region")]
    [InlineData("disable-region")]
    [InlineData("destroy-region")]
    public void Examples_OfTheHelp_Succeed(string command)
    {
        string[] examples = [.. Cli.Run(command, "--help").Exits(0).OutputLines.Where(l => l.StartsWith("  cxltopo ", StringComparison.Ordinal) && l.Contains(".yaml", StringComparison.Ordinal))];

        Assert.True(examples.Length >= 2);
        Assert.All(examples, example => Cli.Run(example.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]).Exits(0));
    }

    [Fact]
    public void Conformance_Software_PrintsALineACase()
    {
        CliResult result = Cli.Run("conformance", "--software", "tests/golden/linux").Exits(0);

        Assert.Equal(7, result.OutputLines.Length);
        Assert.All(result.OutputLines, line => Assert.Contains("\"mismatches\":0", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Conformance_SoftwareOfACaseWithoutCommands_Exits3() =>
        Assert.Contains("without --software", Cli.Run("conformance", "--software", "tests/golden/qemu").Exits(3).Error, StringComparison.Ordinal);
}
