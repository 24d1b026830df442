namespace CxlTopology.Description;

/// <summary>Pages of the errors of regions.</summary>
internal static class RegionPages
{
    private const string Members =
        "endpoints: {mem0: {type: 3, memory: 1GiB}, mem1: {type: 3, memory: 1GiB}, mem2: {type: 3, memory: 1GiB}, mem3: {type: 3, "
        + "memory: 1GiB}}\n";

    /// <summary>One bridge with four root ports.</summary>
    private const string One = "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}], bridges: {hb0: {rp0: "
        + "mem0, rp1: mem1, rp2: mem2, rp3: mem3}}}}\n" + Members;

    /// <summary>Two bridges with two root ports each.</summary>
    private const string Two = "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0, hb1]}], bridges: {hb0: {rp0: "
        + "mem0, rp1: mem1}, hb1: {rp0: mem2, rp1: mem3}}}}\n" + Members;

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.RegionWays, "a region with so many endpoints does not exist",
            "A region interleaves over 1, 2, 3, 4, 6, 8, 12 or 16 endpoints.",
            One + "regions: {region0: {endpoints: [], size: 1GiB}}", One + "regions: {region0: {endpoints: [mem0, mem1], size: 1GiB}}"),
        new(DescriptionErrorCode.RegionSize, "a region's size that does not divide",
            "Each endpoint contributes a multiple of 256 MiB, so the size is a multiple of 256 MiB times the number of endpoints.",
            One + "regions: {region0: {endpoints: [mem0, mem1], size: 256MiB}}",
            One + "regions: {region0: {endpoints: [mem0, mem1], size: 512MiB}}"),
        new(DescriptionErrorCode.RegionGranularity, "a region's granularity is not its window's",
            "A window over several host bridges changes the bridge with every granule of its own, so the endpoints' decoders must count "
                + "in the same granules.",
            Two + "regions: {region0: {endpoints: [mem0, mem2], granularity: 1KiB, size: 2GiB}}",
            Two + "regions: {region0: {endpoints: [mem0, mem2], granularity: 256B, size: 2GiB}}"),
        new(DescriptionErrorCode.EndpointNotBelowWindow, "an endpoint is not below the region's window",
            "A window leads to its target bridges, and a region consists of endpoints below those.",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0, rp1: mem1}, hb1: "
                + "{rp0: mem2, rp1: mem3}}}}\n" + Members + "regions: {region0: {endpoints: [mem2], size: 1GiB}}",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0, rp1: mem1}, hb1: "
                + "{rp0: mem2, rp1: mem3}}}}\n" + Members + "regions: {region0: {endpoints: [mem0], size: 1GiB}}"),
        new(DescriptionErrorCode.RegionOrder, "endpoints in an order that decoders cannot produce",
            "The window picks the bridge by the lowest interleave bits of the address, the components below by the next ones. So "
                + "positions go round the bridges first, then round the ports. For 3, 6 and 12 ways the "
            + "window counts from address 0, not from the region, and ports share its bits. The help line states an order that fits.",
            Two + "regions: {region0: {endpoints: [mem0, mem1, mem2, mem3], size: 4GiB}}",
            Two + "regions: {region0: {endpoints: [mem0, mem2, mem1, mem3], size: 4GiB}}"),
        new(DescriptionErrorCode.RegionUnbalanced, "unequal shares of a region",
            "Every branch at a level gets every n-th granule, so each needs the same number of endpoints; a window's targets all take "
                + "part.",
            Two + "regions: {region0: {endpoints: [mem0, mem1], size: 2GiB}}",
            Two + "regions: {region0: {endpoints: [mem0, mem2], size: 2GiB}}"),
        new(DescriptionErrorCode.WindowForbids, "the window does not allow such memory",
            "\"allow\" of a window lists what it is for: type2 (device-coherent: hdm-d, hdm-db) or type3 (host-only: hdm-h) memory, "
                + "volatile or persistent.",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0], allow: [type3, persistent]}], bridges: {hb0: "
                + "{rp0: mem0, rp1: mem1, rp2: mem2, rp3: mem3}}}}\n" + Members + "regions: {region0: {endpoints: [mem0], size: 1GiB}}",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0], allow: [type3, volatile]}], bridges: {hb0: "
                + "{rp0: mem0, rp1: mem1, rp2: mem2, rp3: mem3}}}}\n" + Members + "regions: {region0: {endpoints: [mem0], size: 1GiB}}"),
        new(DescriptionErrorCode.DecodersExhausted, "no decoder is left",
            "A region, the host's or that of a guest's device, takes one HDM decoder in every host bridge, switch and endpoint on its way; a component has "
                + "1, 2, 4, 6, 8 or 10 of them. A pass-through host bridge has none, and leads to one region all the same, as in Linux: the second ends with EBUSY.",
            Decoders(1), Decoders(2)),
        new(DescriptionErrorCode.CapacityExhausted, "no memory is left in an endpoint",
            "Regions take volatile memory (\"memory: ram\") or persistent memory (\"memory: pmem\") of their endpoints, in the order of "
                + "their addresses; what is taken is taken.",
            One + "regions: {region0: {endpoints: [mem0], size: 2GiB}}", One + "regions: {region0: {endpoints: [mem0], size: 1GiB}}"),
        new(DescriptionErrorCode.WindowFull, "no room is left in the window",
            "Regions are placed at the lowest free multiple of 256 MiB, in the order of the file. This one found no gap that is large "
                + "enough.",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0, rp1: mem1, rp2: "
                + "mem2, rp3: mem3}}}}\n" + Members + "regions: {region0: {endpoints: [mem0, mem1], size: 2GiB}}",
            One + "regions: {region0: {endpoints: [mem0, mem1], size: 2GiB}}"),
        new(DescriptionErrorCode.RegionOutsideWindow, "a region outside its window",
            "The base stated puts the region, or its end, outside the window.",
            One + "regions: {region0: {endpoints: [mem0], base: 0x20_0000_0000, size: 1GiB}}",
            One + "regions: {region0: {endpoints: [mem0], base: 0x10_4000_0000, size: 1GiB}}"),
        new(DescriptionErrorCode.RegionsOverlap, "regions overlap",
            "Two regions with stated bases share addresses.",
            One + "regions: {a: {endpoints: [mem0], base: 0x10_0000_0000, size: 1GiB}, b: {endpoints: [mem1], base: 0x10_2000_0000, "
                + "size: 1GiB}}",
            One + "regions: {a: {endpoints: [mem0], base: 0x10_0000_0000, size: 1GiB}, b: {endpoints: [mem1], base: 0x10_4000_0000, "
                + "size: 1GiB}}"),
        new(DescriptionErrorCode.EndpointRepeated, "a region lists an endpoint twice",
            "A region has each endpoint at one position.",
            One + "regions: {region0: {endpoints: [mem0, mem0], size: 1GiB}}",
            One + "regions: {region0: {endpoints: [mem0, mem1], size: 1GiB}}"),
        new(DescriptionErrorCode.TargetsExhausted, "more branches than a decoder can list",
            "The decoders of a host bridge or switch list 1, 2, 4 or 8 targets. A region that uses more of its ports cannot be programmed.",
            Targets(2), Targets(4)),
        new(DescriptionErrorCode.InterleaveNotCapable, "interleaving the component does not support",
            "The capability register of a component says which address bits may select a target (11:8, 14:12) and whether 3, 6, 12 and "
                + "16 ways exist.",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0, rp1: "
                + "mem1}}}}\nendpoints: {mem0: &m {type: 3, memory: 1GiB, interleave: {11-8: false}}, mem1: *m}\n"
            + "regions: {region0: {endpoints: [mem0, mem1], granularity: 256B, size: 1GiB}}",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0, rp1: "
                + "mem1}}}}\nendpoints: {mem0: &m {type: 3, memory: 1GiB, interleave: {11-8: false}}, mem1: *m}\n"
            + "regions: {region0: {endpoints: [mem0, mem1], granularity: 4KiB, size: 1GiB}}"),
        new(DescriptionErrorCode.PortGranularity, "a port decoder would need more than 16 KiB",
            "A component below an interleaving level changes its target after as many granules as the level above has ways. At 16 KiB "
                + "and two bridges that is 32 KiB, which no decoder can hold.",
            Two.Replace("[hb0, hb1]}", "[hb0, hb1], granularity: 16KiB}", StringComparison.Ordinal)
                + "regions: {region0: {endpoints: [mem0, mem2, mem1, mem3], size: 4GiB}}",
            Two.Replace("[hb0, hb1]}", "[hb0, hb1], granularity: 8KiB}", StringComparison.Ordinal)
                + "regions: {region0: {endpoints: [mem0, mem2, mem1, mem3], size: 4GiB}}"),
        new(DescriptionErrorCode.DpaOrder, "volatile above persistent",
            "An endpoint's decoders ascend in host addresses and in device addresses, and its volatile memory comes first. So its "
                + "volatile regions lie below its persistent ones in the host's addresses too.",
            Mixed("{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}, {base: 0x20_0000_0000, size: 1GiB, targets: [hb0]}", ram: 1,
                pmem: 0),
            Mixed("{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}, {base: 0x20_0000_0000, size: 1GiB, targets: [hb0]}", ram: 0,
                pmem: 1)),
        new(DescriptionErrorCode.RegionMixesTypes, "a region mixes host-only and device-coherent memory",
            "A decoder has one target range type, so all endpoints of a region are hdm-h, or all are hdm-d or hdm-db.",
            Types("{type: 2, memory: 1GiB}"), Types("{type: 3, memory: 1GiB}")),
    ];

    private static string Decoders(int count) =>
        "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {passthrough: false, ports: {rp0: mem0}}}}}\n"
        + $"endpoints: {{mem0: {{type: 3, memory: 1GiB, decoders: {count}}}}}\n"
        + "regions: {a: {endpoints: [mem0], size: 512MiB}, b: {endpoints: [mem0], size: 512MiB}}";

    private static string Targets(int count) =>
        $"hosts: {{host0: {{windows: [{{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}}], bridges: {{hb0: {{targets: {count}, ports: "
            + $"{{rp0: mem0, rp1: mem1, rp2: mem2, rp3: mem3}}}}}}}}}}\n"
        + Members + "regions: {region0: {endpoints: [mem0, mem1, mem2, mem3], size: 4GiB}}";

    private static string Mixed(string windows, int ram, int pmem) =>
        $"hosts: {{host0: {{windows: [{windows}], bridges: {{hb0: {{rp0: mem0}}}}}}}}\nendpoints: {{mem0: {{type: 3, memory: 1GiB, "
            + $"persistent: 1GiB}}}}\n"
        + $"regions: {{a: {{window: {ram}, endpoints: [mem0], size: 1GiB}}, b: {{window: {pmem}, endpoints: [mem0], memory: pmem, size: "
            + $"1GiB}}}}";

    private static string Types(string second) =>
        "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 2GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0, rp1: mem1}}}}\n"
        + $"endpoints: {{mem0: {{type: 3, memory: 1GiB}}, mem1: {second}}}\nregions: {{region0: {{endpoints: [mem0, mem1], size: 2GiB}}}}";
}
