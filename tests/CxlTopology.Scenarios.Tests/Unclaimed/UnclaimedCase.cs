using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>A way in which an access comes to where nothing claims it.</summary>
/// <param name="Name">In words.</param>
/// <param name="Reason">What it is completed with.</param>
/// <param name="Component">The path of the component that completes it.</param>
/// <param name="Firmware">What firmware writes.</param>
/// <param name="Permissive">Decoders commit anything.</param>
/// <param name="Offset">The address, from the window's base.</param>
public sealed record UnclaimedCase(string Name, AccessStatus Reason, string Component, string[] Firmware, bool Permissive = false, ulong Offset = 0)
{
    public const ulong Base = 0x10_0000_0000;
    private const string Bridge = "host0/hb0";
    private const string Upstream = "host0/hb0/rp0/sw0/usp";
    private const string Device = "host0/hb0/rp0/sw0/dsp0/mem0";

    /// <summary>Everything that should have been programmed for an access to reach mem0.</summary>
    private static readonly string[] whole = [At("hb0", 0), At("sw0", 0), At("mem0")];

    public static UnclaimedCase[] All { get; } =
    [
        new("past the window", AccessStatus.NoWindow, "host0", whole, Offset: 0x40_0000_0000),
        new("bridge without decoders in use", AccessStatus.NoDecoder, Bridge, [At("sw0", 0), At("mem0")]),
        new("bridge's decoder not committed", AccessStatus.NoDecoder, Bridge, [At("hb0", 0, "commit: false"), At("sw0", 0), At("mem0")]),
        new("past the bridge's decoder", AccessStatus.NoDecoder, Bridge, whole, Offset: 1UL << 30),
        new("switch's decoder not committed", AccessStatus.NoDecoder, Upstream, [At("hb0", 0), At("sw0", 0, "commit: false"), At("mem0")]),
        new("hole in the switch", AccessStatus.NoDecoder, Upstream, [At("hb0", 0), At("sw0", 0, size: "256MiB"), At("mem0")], Offset: 512UL << 20),
        new("endpoint's decoder not committed", AccessStatus.NoEndpointDecoder, Device, [At("hb0", 0), At("sw0", 0), At("mem0", null, "commit: false")]),
        new("hole in the endpoint", AccessStatus.NoEndpointDecoder, Device, [At("hb0", 0), At("sw0", 0), At("mem0", size: "256MiB")], Offset: 512UL << 20),
        new("bridge's target list names no port", AccessStatus.TargetMissing, Bridge, [At("hb0", 9), At("sw0", 0), At("mem0")], true),
        new("switch's target list names no port", AccessStatus.TargetMissing, Upstream, [At("hb0", 0), At("sw0", 200), At("mem0")], true),
        new("empty root port", AccessStatus.NoDevice, Bridge, [At("hb0", 2), At("sw0", 0), At("mem0")]),
        new("empty downstream port", AccessStatus.NoDevice, Upstream, [At("hb0", 0), At("sw0", 2), At("mem0")]),
        new("device address past the memory", AccessStatus.DpaOutOfRange, Device, [At("hb0", 0, size: "4GiB"), At("sw0", 0, size: "4GiB"), At("mem0", size: "4GiB")], true, 2UL << 30),
        new("skip past the memory", AccessStatus.DpaOutOfRange, Device, [At("hb0", 0), At("sw0", 0), At("mem0", null, "skip: 2GiB")], true),
        new("HDM decoders not enabled", AccessStatus.MemoryDisabled, Device, [.. whole, "{component: mem0, offset: 4, value: 0}"]),
        new("bridge's granularity reserved", AccessStatus.ReservedInterleave, Bridge, [.. whole, "{component: hb0, offset: 0x20, value: 0x1207}"], true),
        new("switch's ways reserved", AccessStatus.ReservedInterleave, Upstream, [.. whole, "{component: sw0, offset: 0x20, value: 0x1250}"], true),
        new("endpoint's ways reserved", AccessStatus.ReservedInterleave, Device, [.. whole, "{component: mem0, offset: 0x20, value: 0x12f0}"], true),
    ];

    /// <summary>The topology under a policy, with whatever else a test appends.</summary>
    public string Yaml(string policy) => $$$"""
        version: 1
        policy: {unclaimed: {{{policy}}}, commit: {{{(Permissive ? "permissive" : "strict")}}}}
        hosts:
          host0:
            memory: 256MiB
            windows:
              - {base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}
            bridges:
              hb0: {rp0: {switch: sw0, ports: {dsp0: mem0, dsp1: mem1, dsp2: }}, rp1: mem2, rp2: }
        endpoints:
          mem0: &mem {type: 3, memory: 1GiB}
          mem1: *mem
          mem2: *mem
        firmware:
        {{{string.Join("\n", Firmware.Select(f => "  - " + f))}}}

        """;

    public override string ToString() => Name;

    private static string At(string component, int? target = null, string more = "", string size = "1GiB") =>
        $"{{component: {component}, decoder: 0, base: 0x10_0000_0000, size: {size}{(target is null ? "" : $", targets: [{target}]")}{(more.Length == 0 ? "" : ", " + more)}}}";
}
