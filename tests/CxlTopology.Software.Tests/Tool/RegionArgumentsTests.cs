namespace CxlTopology.Software.Tests.Tool;

public sealed class RegionArgumentsTests
{
    [Fact]
    public void Parse_CreateRegion_TakesShortAndLongOptions()
    {
        RegionArguments arguments = RegionArguments.Parse(["create-region", "-t", "ram", "-ddecoder0.0", "--ways=2", "-g", "1024", "--size", "512M", "-m", "mem0", "mem1", "-Q"]);

        Assert.Equal(
            (RegionVerb.Create, "ram", "decoder0.0", 2, 1024, "512M", true, true),
            (arguments.Verb, arguments.Type, arguments.Decoder, arguments.Ways, arguments.Granularity, arguments.Size, arguments.Memdevs, arguments.EnforceQos));
        Assert.Equal(["mem0", "mem1"], arguments.Targets);
    }

    [Theory]
    [InlineData("create-region", RegionVerb.Create)]
    [InlineData("enable-region", RegionVerb.Enable)]
    [InlineData("disable-region", RegionVerb.Disable)]
    [InlineData("destroy-region", RegionVerb.Destroy)]
    public void Parse_AVerb_IsKnown(string word, RegionVerb verb) => Assert.Equal(verb, RegionArguments.Parse([word, "-f", "region0"]).Verb);

    [Theory]
    [InlineData("list", "'list'")]
    [InlineData("create-region --wey 2", "--wey")]
    [InlineData("create-region -w", "-w needs a value")]
    [InlineData("create-region -w two", "-w two: a whole number")]
    public void Parse_WhatIsNoCommand_SaysWhatIsWrong(string line, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => RegionArguments.Parse(line.Split(' '))).Message, StringComparison.Ordinal);
}
