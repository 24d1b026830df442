using System.Text.Json.Nodes;

namespace CxlTopology.Experiments.Tests.Conformance;

public sealed class SoftwareConformanceTests
{
    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        foreach (string file in Directory.EnumerateFiles(ConformanceTests.Golden("linux"), "*.json").Order(StringComparer.Ordinal))
            cases.Add(Path.GetFileName(file));
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_OfAMeasuredCase_FindsNoDifference(string file) => Assert.Empty(SoftwareConformance.Run(Case(file)).Differences);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_BeforeTheCommands_ListsWhatWasListedThen(string file)
    {
        DecodeCase subject = Case(file);

        ConformanceResult result = SoftwareConformance.Run(subject with
        {
            Commands = ["cxl disable-region region99"],
            CommandOutput = [],
            ReadBack = [],
            Samples = [],
            CxlListAfter = subject.CxlListBefore,
        });

        Assert.Empty(result.Differences);
    }

    [Fact]
    public void Run_WithAWrongRegister_SaysWhich()
    {
        DecodeCase subject = Case("linux-02-2hb-g1024.json");
        CaseRegister register = subject.ReadBack.First(r => r.HdmOffset == 0x18);

        ConformanceResult result = SoftwareConformance.Run(subject with { ReadBack = [register with { Value = register.Value ^ (1 << 28) }] });

        Assert.Contains($"{register.Component} register 0x18", Assert.Single(result.Differences), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithWrongSamples_SaysWhich()
    {
        DecodeCase subject = Case("linux-02-2hb-g1024.json");
        CaseSample[] samples = [.. subject.Samples.Take(3)];

        ConformanceResult result = SoftwareConformance.Run(subject with
        {
            Samples = [samples[0] with { Dpa = 0x1000 }, samples[1] with { Device = null, Dpa = null }, samples[2] with { Hpa = 0x1000_0000_0000 }],
        });

        Assert.Equal(3, result.Differences.Count);
        Assert.Contains("does not lie there", result.Differences[0], StringComparison.Ordinal);
        Assert.Contains("something answers, measured nothing", result.Differences[1], StringComparison.Ordinal);
        Assert.Contains("nothing answers", result.Differences[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAnotherList_SaysWhatDiffers()
    {
        DecodeCase subject = Case("linux-02-2hb-g1024.json");
        JsonNode list = subject.CxlListAfter!.DeepClone();
        list[0]!["dports"]![0]!["id"] = 99;

        Assert.EndsWith("measured 99", Assert.Single(SoftwareConformance.Run(subject with { CxlListAfter = list }).Differences), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithACommandThatFails_SaysHow()
    {
        DecodeCase subject = Case("linux-02-2hb-g1024.json");

        ConformanceResult result = SoftwareConformance.Run(subject with { Commands = ["cxl create-region -d decoder0.0 -w 2 -g 512 -m $(memdev 0x1000) $(memdev 4097)"], Samples = [], ReadBack = [] });

        Assert.Contains("only root decoder granularity (1024) permitted", result.Differences[0], StringComparison.Ordinal);
        Assert.Contains("measured cxl region: cmd_create_region: created 1 region", result.Differences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithACommandThatFailedWhenMeasured_IsNoDifference()
    {
        DecodeCase subject = Case("linux-02-2hb-g1024.json") with
        {
            Commands = ["cxl create-region -d decoder0.0 -w 2 -g 512 -m $(memdev 0x1000) $(memdev 4097)"],
            CommandOutput = ["cxl region: cmd_create_region: created 0 regions"],
            Samples = [],
            ReadBack = [],
        };

        Assert.Empty(SoftwareConformance.Run(subject with { CxlListAfter = subject.CxlListBefore }).Differences);
    }

    [Theory]
    [InlineData("ndctl list", "ndctl list")]
    [InlineData("cxl destroy-world", "destroy-world")]
    [InlineData("cxl create-region -m $(memdev 0x77)", "0x77")]
    public void Run_WithACommandThatCannotBeIssued_SaysSo(string command, string part)
    {
        string difference = SoftwareConformance.Run(Case("linux-02-2hb-g1024.json") with { Commands = [command] }).Differences[0];

        Assert.Contains("cannot be issued", difference, StringComparison.Ordinal);
        Assert.Contains(part, difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OfACaseWithoutCommands_SaysSo()
    {
        DecodeCase subject = DecodeCase.Parse(File.ReadAllText(Path.Combine(ConformanceTests.Golden("qemu"), "qemu-09-2hb-g256.json")));

        Assert.Contains("no commands", Assert.Throws<FormatException>(() => SoftwareConformance.Run(subject)).Message, StringComparison.Ordinal);
    }

    private static DecodeCase Case(string file) => DecodeCase.Parse(File.ReadAllText(Path.Combine(ConformanceTests.Golden("linux"), file)));
}
