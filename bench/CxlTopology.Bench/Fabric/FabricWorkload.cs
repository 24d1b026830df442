using System.Globalization;
using System.Text;

namespace CxlTopology.Bench.Fabric;

/// <summary>The workloads W1 to W5, as topology files: payloads and data checking off, timing, credits and bounded queues on.</summary>
/// <param name="Name">W1 to W5.</param>
/// <param name="What">What it is.</param>
/// <param name="Shape">The topology.</param>
/// <param name="Hosts">Hosts, each with the same load.</param>
/// <param name="Load">The load of each host, without its target.</param>
/// <param name="WarmUpNs">Simulated time to run before measuring: half a second or more of the processor's, in which the compiler makes its last version of what runs most.</param>
/// <param name="MeasureNs">Simulated time to measure.</param>
public sealed record FabricWorkload(string Name, string What, string Shape, int Hosts, string Load, long WarmUpNs, long MeasureNs)
{
    private const string Closed = "pattern: random, reads: 70%, outstanding: 64";

    /// <summary>One outstanding, no switch: a pointer chase.</summary>
    public static FabricWorkload W1 { get; } = new("W1", "1 host, 4 root ports, pointer chase",
        "{hosts: 1, bridges: 1, ports: 4, switches: [], endpoint: {type: 3, memory: 1GiB}, region: {ways: 4, granularity: 256B, size: 4GiB}}", 1, "pattern: pointer-chase", 200_000_000, 100_000_000);

    /// <summary>64 outstanding, one bridge, four root ports, no switch.</summary>
    public static FabricWorkload W2 { get; } = new("W2", "1 host, 4 root ports, 64 outstanding",
        "{hosts: 1, bridges: 1, ports: 4, switches: [], endpoint: {type: 3, memory: 1GiB}, region: {ways: 4, granularity: 256B, size: 4GiB}}", 1, Closed, 6_000_000, 8_000_000);

    /// <summary>Four hosts, each four root ports with a switch of four endpoints.</summary>
    public static FabricWorkload W3 { get; } = new("W3", "4 hosts x 4 root ports x switch x 4 endpoints, 64 outstanding each",
        "{hosts: 4, bridges: 1, ports: 4, switches: [4], endpoint: {type: 3, memory: 1GiB}, region: {ways: 16, granularity: 256B, size: 16GiB}}", 4, Closed, 2_000_000, 4_000_000);

    /// <summary>64 hosts, each four root ports with a switch of sixteen endpoints.</summary>
    public static FabricWorkload W4 { get; } = new("W4", "64 hosts x 4 root ports x switch x 16 endpoints, 64 outstanding each",
        "{hosts: 64, bridges: 1, ports: 4, switches: [16], endpoint: {type: 3, memory: 1GiB}, region: {ways: 16, granularity: 256B, size: 16GiB}}", 64, Closed, 600_000, 240_000);

    /// <summary>Streams of 4 KiB reads on W3, line by line.</summary>
    public static FabricWorkload W5Lines { get; } = W3 with { Name = "W5", What = "4 KiB reads in sequence on W3, 8 outstanding, line by line", Load = "pattern: sequential, size: 4KiB, outstanding: 8" };

    /// <summary>Streams of 4 KiB reads on W3, as bursts.</summary>
    public static FabricWorkload W5Bursts { get; } = W3 with { Name = "W5b", What = "the same as bursts", Load = "pattern: sequential, size: 4KiB, burst: true, outstanding: 8" };

    /// <summary>The topology file.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"version: 1\nname: {Name}\npolicy: {{payloads: false}}\nshape: {Shape}\nworkloads:");
        for (int host = 0; host < Hosts; host++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  load{host}: {{from: host{host}, to: {{window: 0}}, count: 1_000_000_000_000, payloads: false, verify: false, {Load}}}");
        return text.ToString();
    }
}
