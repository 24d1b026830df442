namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Topologies whose firmware has committed decoders before the CXL core comes.</summary>
internal static class FirmwareTexts
{
    /// <summary>Of a region of two ways one endpoint is committed.</summary>
    public static string HalfOfTwoWays { get; } = Texts.OneBridge(more: $"""
        firmware:
          - {Port(2, 256, "0, 1")}
          - {Endpoint("m0", 2)}
        """);

    /// <summary>A region of two ways behind one host bridge, the endpoints in the order of the target list.</summary>
    public static string TwoWays(string targets = "0, 1", int portWays = 2, int portGranularity = 256, string lockPort = "") => Texts.OneBridge(more: $"""
        firmware:
          - {Port(portWays, portGranularity, targets, lockPort)}
          - {Endpoint("m0", 2)}
          - {Endpoint("m1", 2)}
        """);

    /// <summary>A region of one way.</summary>
    public static string OneWay(string start = "0x10_0000_0000", string lockEndpoint = "") => Texts.OneBridge(more: $$"""
        firmware:
          - {component: hb0, decoder: 0, base: {{start}}, size: 512MiB, targets: [0]}
          - {component: m0, decoder: 0, base: {{start}}, size: 512MiB{{lockEndpoint}}}
        """);

    private static string Port(int ways, int granularity, string targets, string more = "") =>
        $"{{component: hb0, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: {ways}, granularity: {granularity}B, targets: [{targets}]{more}}}";

    private static string Endpoint(string name, int ways) =>
        $"{{component: {name}, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: {ways}, granularity: 256B}}";
}
