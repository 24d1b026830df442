namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Topologies that several tests start from.</summary>
internal static class Texts
{
    /// <summary>Two host bridges of two root ports, an endpoint on each; a window over both bridges (1 KiB) and one over the first.</summary>
    public const string TwoBridges = """
        version: 1
        hosts:
          host0:
            windows:
              - {base: 0x10_0000_0000, size: 8GiB, targets: [hb0, hb1], granularity: 1KiB}
              - {base: 0x20_0000_0000, size: 8GiB, targets: [hb0]}
            bridges:
              hb0: {rp0: m0, rp1: m1}
              hb1: {rp0: m2, rp1: m3}
        endpoints:
          m0: &m {type: 3, memory: 1GiB, persistent: 1GiB}
          m1: *m
          m2: *m
          m3: *m
        """;

    /// <summary>One host bridge with some root ports, an endpoint on each, and a window over it.</summary>
    public static string OneBridge(int ports = 2, string bridge = "", string endpoint = "", string window = "", string more = "") =>
        $$$"""
        version: 1
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 8GiB, targets: [hb0]{{{Comma(window)}}}}]
            bridges: {hb0: {ports: { {{{Ports(ports)}}} }{{{Comma(bridge)}}}}}
        endpoints: { {{{Endpoints(ports, Comma(endpoint))}}} }
        {{{more}}}
        """;

    private static string Ports(int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"rp{i}: m{i}"));

    private static string Endpoints(int count, string more) =>
        string.Join(", ", Enumerable.Range(0, count).Select(i => $"m{i}: {{type: 3, memory: 1GiB, persistent: 1GiB{more}}}"));

    private static string Comma(string more) => more.Length == 0 ? "" : ", " + more;
}
