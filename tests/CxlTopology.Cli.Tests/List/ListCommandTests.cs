using System.Text.Json;

namespace CxlTopology.Cli.Tests.List;

public sealed class ListCommandTests
{
    private const string Quickstart = "topologies/quickstart.yaml";
    private const string Hosts = "topologies/several-hosts.yaml";

    [Fact]
    public void List_WithoutSelector_HasMemdevsAndRegions() =>
        Assert.Equal(["memdevs", "regions"], List(Quickstart).Json.EnumerateArray().Select(c => c.EnumerateObject().Single().Name));

    [Fact]
    public void List_OneKind_IsPrintedAsTheToolPrints() => Assert.Equal(
        """
        [
          {
            "memdev":"mem0",
            "ram_size":4294967296,
            "serial":4096,
            "host":"0000:03:00.0"
          }
        ]

        """,
        List(Quickstart, "-m", "0").Output);

    [Fact]
    public void List_OneElementForPeople_HasNoBrackets() => Assert.Equal(
        """
        {
          "memdev":"mem0",
          "ram_size":"4.00 GiB (4.29 GB)",
          "serial":"0x1000",
          "host":"0000:03:00.0"
        }

        """,
        List(Quickstart, "-u", "-m", "mem0").Output);

    [Fact]
    public void List_NothingFound_WarnsAndPrintsAnEmptyArray()
    {
        CliResult result = List(Quickstart, "-M", "-s", "1");

        Assert.Equal("[]\n", result.Output);
        Assert.Equal(" Warning: no matching devices found\n", result.Error);
    }

    [Fact]
    public void List_NothingFoundForPeople_PrintsNothing() => Assert.Equal(("", ""), (List(Quickstart, "-M", "-s", "1", "-u").Output, List(Quickstart, "-M", "-s", "1", "-u").Error));

    [Fact]
    public void List_BundledSwitches_AreAllOfThem()
    {
        JsonElement bus = List(Quickstart, "-BPTu").Json;

        Assert.Equal("root0", bus.GetProperty("bus").GetString());
        Assert.Equal("0x1", bus.GetProperty("dports")[1].GetProperty("id").GetString());
        Assert.Equal(2, bus.GetProperty("ports:root0").GetArrayLength());
    }

    [Theory]
    [InlineData("-v", false, false)]
    [InlineData("-vv", true, false)]
    [InlineData("-vvv", true, true)]
    [InlineData("--verbose", false, false)]
    public void List_Verbose_ShowsMoreEachTime(string option, bool idle, bool health)
    {
        string output = List("topologies/direct-attach.yaml", option).Output;

        Assert.Contains("\"ports:root0\"", output, StringComparison.Ordinal);
        Assert.Equal(idle, output.Contains("\"state\":\"disabled\"", StringComparison.Ordinal));
        Assert.Equal(health, output.Contains("\"media_normal\":true", StringComparison.Ordinal));
        Assert.Equal(health, output.Contains("\"daxregion\":{", StringComparison.Ordinal));
    }

    [Fact]
    public void List_WithoutTheRegionsOfTheFile_HasNone() => Assert.Equal("[]\n", List(Quickstart, "-R", "--no-regions").Output);

    [Fact]
    public void List_SeveralHosts_AsksWhich() => Assert.Contains("--on host0", Cli.Run("list", Hosts).Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void List_HostThatIsNotThere_SaysWhichThereAre() => Assert.Contains("host0, host1, host2", Cli.Run("list", Hosts, "--on", "host7").Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void List_On_IsThatHost() => Assert.Single(List(Hosts, "--on", "host1", "-R").Json.EnumerateArray());

    [Fact]
    public void List_SingleWithoutPort_IsAUsageError() => Assert.Contains("-S/--single expects a port filter", Cli.Run("list", Quickstart, "-S").Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void List_WrongFile_Exits3() => Cli.Run("list", "tests/CxlTopology.Description.Tests/bad/bar-size.yaml").Exits(3);

    private static CliResult List(params string[] args) => Cli.Run(["list", .. args]).Exits(0);
}
