namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Three host bridges of two root ports, an endpoint on each; a window of three ways.</summary>
internal static class SixWays
{
    /// <summary>The window has the granularity of the region: what software can make.</summary>
    public static string Text { get; } = With("0x30_0000_0000", 512, "");

    /// <summary>The same at a base that is no multiple of 768 MiB.</summary>
    public static string Shifted { get; } = With("0x10_0000_0000", 512, "");

    /// <summary>The window has twice the granularity of the region, so that positions could be where addresses go: what only firmware makes.</summary>
    public static string Firmware { get; } = With("0x30_0000_0000", 512, "firmware:\n" + string.Concat(Enumerable.Range(0, 3).Select(i => $$"""
          - {component: hb{{i}}, decoder: 0, base: 0x30_0000_0000, size: 1536MiB, ways: 2, granularity: 256B, targets: [0, 1]}
          - {component: m{{2 * i}}, decoder: 0, base: 0x30_0000_0000, size: 1536MiB, ways: 6, granularity: 256B}
          - {component: m{{2 * i + 1}}, decoder: 0, base: 0x30_0000_0000, size: 1536MiB, ways: 6, granularity: 256B}

        """)));

    private static string With(string start, int granularity, string more) => $$$"""
        version: 1
        hosts:
          host0:
            windows: [{base: {{{start}}}, size: 6GiB, targets: [hb0, hb1, hb2], granularity: {{{granularity}}}B}]
            bridges: {hb0: {rp0: m0, rp1: m1}, hb1: {rp0: m2, rp1: m3}, hb2: {rp0: m4, rp1: m5}}
        endpoints: {m0: &m {type: 3, memory: 1GiB}, m1: *m, m2: *m, m3: *m, m4: *m, m5: *m}
        {{{more}}}
        """;
}
