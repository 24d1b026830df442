namespace CxlTopology.Description;

/// <summary>Pages of the errors of fixed memory windows.</summary>
internal static class WindowPages
{
    private const string Endpoint = "endpoints: {mem0: {type: 3, memory: 1GiB}}\n";
    private const string TwoEndpoints = "endpoints: {mem0: {type: 3, memory: 1GiB}, mem1: {type: 3, memory: 1GiB}}\n";

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.WindowsOverlap, "windows overlap",
            "An address belongs to one window of its host.",
            Windows("{base: 0x10_0000_0000, size: 2GiB, targets: [hb0]}, {base: 0x10_4000_0000, size: 1GiB, targets: [hb0]}"),
            Windows("{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}, {base: 0x10_4000_0000, size: 1GiB, targets: [hb0]}")),
        new(DescriptionErrorCode.AddressTooHigh, "an address past 2^52",
            "CXL.mem carries 52 address bits.", Windows("{base: 0x10_0000_0000_0000, size: 1GiB, targets: [hb0]}"),
            Windows("{base: 0xF_0000_0000_0000, size: 1GiB, targets: [hb0]}")),
        new(DescriptionErrorCode.WindowOverHostMemory, "a window in the host's own memory",
            "The host's DRAM begins at address 0 and is 4 GiB large unless stated; windows lie above it.",
            Windows("{base: 0x8000_0000, size: 1GiB, targets: [hb0]}"), Windows("{base: 0x1_0000_0000, size: 1GiB, targets: [hb0]}")),
        new(DescriptionErrorCode.TargetRepeated, "a window lists a target twice",
            "Each target of a window is another host bridge: a decoder of the bridge cannot tell which of its two turns it is.",
            TwoBridges("targets: [hb0, hb0]"), TwoBridges("targets: [hb0, hb1]")),
        new(DescriptionErrorCode.WindowWays, "a window with so many targets does not exist",
            "A window interleaves over 1, 2, 3, 4, 6, 8, 12 or 16 host bridges.",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: []}], bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint,
            Windows("{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}")),
        new(DescriptionErrorCode.XorMapsCount, "too few XOR maps",
            "With XOR arithmetic each bit of the target's index is the parity of the address under one map: 1 map for 2 and 6 ways, 2 "
                + "for 4 and 12, 3 for 8, 4 for 16. More are ignored.",
            TwoBridges("targets: [hb0, hb1], arithmetic: xor"), TwoBridges("targets: [hb0, hb1], arithmetic: xor, xormaps: [0x404100]")),
        new(DescriptionErrorCode.XorMapsWrong, "XOR maps that do not fit",
            "The lowest bit of map i is the address bit that plain arithmetic would take for bit i of the index (bit 8 for map 0 at 256 "
                + "B), and no other map contains it. Otherwise the transform would not be its own inverse.",
            TwoBridges("targets: [hb0, hb1], arithmetic: xor, xormaps: [0x404200]"),
            TwoBridges("targets: [hb0, hb1], arithmetic: xor, xormaps: [0x404100]")),
    ];

    private static string Windows(string windows) =>
        $"hosts: {{host0: {{windows: [{windows}], bridges: {{hb0: {{rp0: mem0}}}}}}}}\n" + Endpoint;

    private static string TwoBridges(string rest) =>
        $"hosts: {{host0: {{windows: [{{base: 0x10_0000_0000, size: 1GiB, {rest}}}], bridges: {{hb0: {{rp0: mem0}}, hb1: {{rp0: "
            + $"mem1}}}}}}}}\n" + TwoEndpoints;
}
