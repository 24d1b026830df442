using System.Text.Json.Nodes;

namespace CxlTopology.Experiments.Tests.Conformance;

public sealed class ListingComparisonTests
{
    private const string Measured = """
        [{"bus":"root0","ports:root0":[{"port":"port1","host":"pci0000:0c","endpoints:port1":[
          {"endpoint":"endpoint2","host":"mem0","memdev":{"memdev":"mem0","serial":4096,"firmware_version":"A"},"decoders:endpoint2":[{"decoder":"decoder2.0","size":256}]},
          {"endpoint":"endpoint3","host":"mem1","memdev":{"memdev":"mem1","serial":4097},"decoders:endpoint3":[{"decoder":"decoder3.0","size":512}]}]}],
          "regions":[{"region":"region0","mappings":[{"position":1,"memdev":"mem0","decoder":"decoder2.0"},{"position":0,"memdev":"mem1","decoder":"decoder3.0"}],
          "daxregion":{"id":0,"align":2,"devices":[{"chardev":"dax0.0"}]}}]}]
        """;

    private const string Renamed = """
        [{"bus":"root0","ports:root0":[{"port":"port4","host":"pci0000:0c","endpoints:port4":[
          {"endpoint":"endpoint5","host":"mem1","memdev":{"memdev":"mem1","serial":4096,"health":{"media_normal":true}},"decoders:endpoint5":[{"decoder":"decoder5.0","size":256}]},
          {"endpoint":"endpoint2","host":"mem0","memdev":{"memdev":"mem0","serial":4097,"firmware_version":"B"},"decoders:endpoint2":[{"decoder":"decoder2.0","size":512}]}]}],
          "regions":[{"region":"region0","mappings":[{"position":0,"memdev":"mem0","decoder":"decoder2.0"},{"position":1,"memdev":"mem1","decoder":"decoder5.0"}],
          "daxregion":{"id":0,"align":2}}]}]
        """;

    [Fact]
    public void Of_ListsThatDifferInNamesAndOrder_FindsNothing() => Assert.Empty(Compare(Renamed));

    [Fact]
    public void Of_AnotherValue_SaysWhereAndWhat() =>
        Assert.Equal(
            "root0 ports port of pci0000:0c endpoints endpoint of memdev 0x1000 decoders decoder 0 of endpoint of memdev 0x1000 size: 257, measured 256",
            Assert.Single(Compare(Renamed.Replace("\"size\":256", "\"size\":257", StringComparison.Ordinal))));

    [Fact]
    public void Of_AKeyTooFew_SaysWhich() =>
        Assert.Contains("align: not listed, measured 2", Assert.Single(Compare(Renamed.Replace("\"id\":0,\"align\":2", "\"id\":0", StringComparison.Ordinal))), StringComparison.Ordinal);

    [Fact]
    public void Of_AKeyTooMany_SaysWhich() =>
        Assert.Contains(
            "locked: true, measured nothing",
            Assert.Single(Compare(Renamed.Replace("\"region\":\"region0\",", "\"region\":\"region0\",\"locked\":true,", StringComparison.Ordinal))),
            StringComparison.Ordinal);

    [Fact]
    public void Of_ExchangedPositions_SaysBoth() =>
        Assert.Equal(4, Compare(Renamed.Replace("\"position\":0", "\"position\":2", StringComparison.Ordinal).Replace("\"position\":1", "\"position\":0", StringComparison.Ordinal)
            .Replace("\"position\":2", "\"position\":1", StringComparison.Ordinal)).Count);

    private static IReadOnlyList<string> Compare(string simulated) => ListingComparison.Of(JsonNode.Parse(Measured)!, JsonNode.Parse(simulated)!);
}
