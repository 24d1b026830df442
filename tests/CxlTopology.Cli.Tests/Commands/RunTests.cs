using System.Text.Json;

namespace CxlTopology.Cli.Tests.Commands;

public sealed class RunTests
{
    private const string Load = "workloads: {load: {to: region0, count: 2000, reads: 50%}}";

    [Fact]
    public void Run_SameSeed_SameDigestOnAnyNumberOfWorkers()
    {
        string first = Digest("--seed", "7");

        Assert.Equal(first, Digest("--seed", "0x7"));
        Assert.Equal(first, Digest("--seed", "7", "--workers", "2"));
    }

    [Fact]
    public void Run_OtherSeed_OtherDigest() => Assert.NotEqual(Digest("--seed", "7"), Digest("--seed", "8"));

    [Fact]
    public void Run_Table_SaysWhatWasMeasuredAndChecked()
    {
        using var folder = new TestFolder();

        CliResult result = Cli.Run("run", folder.WriteTopology(Load + "\nexpect: [every transaction completes once]")).Exits(0);

        Assert.Contains("✓ every transaction completes once", result.Output, StringComparison.Ordinal);
        Assert.Matches("digest [0-9a-f]{16}", result.Output);
        Assert.DoesNotContain('\e', result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Run_FailedExpectation_ExitsOne()
    {
        using var folder = new TestFolder();

        CliResult result = Cli.Run("run", folder.WriteTopology(Load + "\nexpect: [\"load.reads.p50 < 1ns\"]"), "-o", "json").Exits(1);

        Assert.False(result.Json.GetProperty("expectations")[0].GetProperty("passed").GetBoolean());
        Assert.False(result.Json.GetProperty("partial").GetBoolean());
    }

    [Fact]
    public void Run_Until_StopsAtThatTime()
    {
        using var folder = new TestFolder();

        JsonElement report = Cli.Run("run", folder.WriteEndless(), "--until", "20us", "-o", "json", "-q").Exits(0).Json;

        Assert.True(report.GetProperty("partial").GetBoolean());
        Assert.InRange(report.GetProperty("simulatedNs").GetDouble(), 19_000, 20_000);
    }

    [Fact]
    public void Run_Timeout_WritesWhatThereIs()
    {
        using var folder = new TestFolder();

        JsonElement report = Cli.Run("run", folder.WriteEndless(), "--timeout", "2s", "-o", "json").Exits(5).Json;

        Assert.True(report.GetProperty("partial").GetBoolean());
        Assert.True(report.GetProperty("transactions").GetInt64() > 0);
    }

    [Fact]
    public void Run_StandardInput_IsRead()
    {
        CliResult result = Cli.RunWith(File.ReadAllText(Repository.File("topologies", "three-way.yaml")), "run", "-", "-o", "json");

        Assert.Equal("three-way", result.Exits(0).Json.GetProperty("topology").GetString());
    }

    [Fact]
    public void Run_ReaderGone_DoesNotCrash()
    {
        CliResult result = Cli.Shell("$CXLTOPO run topologies/direct-attach.yaml --until 10us | head -1; echo ${PIPESTATUS[0]}");

        Assert.InRange(int.Parse(result.OutputLines[^1], System.Globalization.CultureInfo.InvariantCulture), 0, 1);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Run_OutputOnATerminalWithoutColour_HasNoColour()
    {
        // script(1) gives the program a terminal; without NO_COLOR there is colour on it.
        const string Command = "script -qec \"$CXLTOPO run topologies/direct-attach.yaml --until 1us -q\" /dev/null";

        string plain = Cli.Shell(Command, ("TERM", "xterm-256color"), ("NO_COLOR", "1")).Output;
        string dumb = Cli.Shell(Command, ("TERM", "dumb"), ("NO_COLOR", "")).Output;
        string coloured = Cli.Shell(Command, ("TERM", "xterm-256color"), ("NO_COLOR", "")).Output;

        const string Decoration = @"\e\[[0-9;]*m";
        Assert.DoesNotMatch(Decoration, plain);
        Assert.DoesNotMatch(Decoration, dumb);
        Assert.Matches(Decoration, coloured);
    }

    [Fact]
    public void Run_NarrowTerminal_KeepsRowsAndWordsWhole()
    {
        string narrow = Cli.Shell("script -qec \"stty cols 30; $CXLTOPO run topologies/direct-attach.yaml --until 1us -q\" /dev/null", ("NO_COLOR", "1")).Output;

        Assert.Contains("direct-attach: 1 host, 1 host bridge, 0 switches, 1 endpoint", narrow, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^0 +host0 +window0 +0x1000000000 \+ 4GiB +1 x 256 B +hb0", narrow);
    }

    [Fact]
    public void Run_RegionThatIsNotMade_ExitsOneAndShowsNoLatency()
    {
        using var folder = new TestFolder();
        string file = folder.Write("late.yaml", """
            version: 1
            hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}
            endpoints: {mem0: {type: 3, memory: 1GiB, commit-time: never}}
            regions: {region0: {endpoints: [mem0], size: 1GiB}}
            workloads: {load: {to: region0, count: 100}}
            """);

        CliResult result = Cli.Run("run", file, "-q").Exits(1);

        Assert.Contains("✗ firmware: region0: ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"load +reads +100( +–){7} +0\.000 +100 ", result.Output);
    }

    [Fact]
    public void Run_DiskFull_IsNotAFaultOfTheProgram()
    {
        CliResult result = Cli.Shell("$CXLTOPO run topologies/direct-attach.yaml --until 1us -q > /dev/full").Exits(2);

        Assert.StartsWith("cxltopo: the output cannot be written: ", result.Error, StringComparison.Ordinal);
    }

    private static string Digest(params string[] options)
    {
        using var folder = new TestFolder();
        return Cli.Run(["run", folder.WriteTopology(Load), "-o", "json", .. options]).Exits(0).Json.GetProperty("digest").GetString()!;
    }
}
