namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Topologies of type-2 devices.</summary>
internal static class Accelerators
{
    /// <summary>Two host bridges with an accelerator each; a window over the first, and one over both.</summary>
    public static string Text(string coherence = "hdm-d", string allow = "type2, type3, volatile", string more = "") => $$$"""
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            windows:
              - {base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [{{{allow}}}]}
              - {base: 0x20_0000_0000, size: 8GiB, targets: [hb0, hb1], granularity: 512B, allow: [{{{allow}}}]}
            bridges: {hb0: {rp0: g0, rp1: }, hb1: {rp0: g1, rp1: }}
        endpoints:
          g0: &g {type: 2, memory: 1GiB, coherence: {{{coherence}}}}
          g1: *g
        {{{more}}}
        """;
}
