using CxlTopology.Scenarios.Tests.Regions;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>QoS classes from CDAT, links, switches and what the platform says.</summary>
public sealed class QosTests
{
    private const string Yaml = """
        version: 1
        hosts:
          host0:
            windows:
              - {base: 0x10_0000_0000, size: 8GiB, targets: [hb0], qtg: 3}
            bridges: {hb0: {passthrough: false, ports: {rp0: {switch: sw0, ports: {dsp0: far}}, rp1: near}}}
        endpoints:
          far: {type: 3, memory: 1GiB, persistent: 1GiB}
          near: {type: 3, memory: 1GiB}
        """;

    [Fact]
    public void Probe_WithoutAPlatformThatKnowsQos_LeavesClassesUnknown()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);

        Assert.All(machine.Core.Memdevs.SelectMany(m => m.Partitions), p => Assert.Equal(-1, p.QosClass));
        Assert.All(machine.Core.Ports, p => Assert.Null(p.Cdat));
    }

    [Fact]
    public void Probe_WithAPlatformThatKnowsQos_ClassifiesByTheWholeWay()
    {
        var qos = new Platform(_ => 3);
        CxlCore core = Probed(qos);

        CxlMemdev far = core.Memdevs.Single(m => m.Partitions.Count == 2);
        CxlMemdev near = core.Memdevs.Single(m => m.Partitions.Count == 1);
        Assert.All(core.Memdevs.SelectMany(m => m.Partitions), p => Assert.Equal(3, p.QosClass));
        Assert.Equal(3, qos.Asked.Count);
        // One more link and a switch lie before the far one; the platform's own part comes first.
        Assert.True(qos.Asked[0].ReadLatencyPs > qos.Asked[2].ReadLatencyPs, $"{far.Name}: {qos.Asked[0]}, {near.Name}: {qos.Asked[2]}");
        Assert.All(qos.Asked, a => Assert.True(a.ReadLatencyPs > 100_000 && a.ReadBandwidthMBps is > 0 and <= 50_000));
    }

    [Fact]
    public void Probe_WithAClassThatNoWindowHas_DoesNotKeepIt()
    {
        CxlCore core = Probed(new Platform(_ => 4));

        Assert.All(core.Memdevs.SelectMany(m => m.Partitions), p => Assert.Equal(-1, p.QosClass));
        Assert.Contains(core.Log, line => line.Contains("QoS class", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadCdat_OfAnEndpointAndASwitch_GivesTheirTables()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        CxlPort endpoint = machine.Memdev("far").Endpoint!;
        Cdat? ofEndpoint = machine.Do(() => machine.Core.ReadCdat(endpoint));
        Cdat? ofSwitch = machine.Do(() => machine.Core.ReadCdat(endpoint.Parent!));

        Assert.Equal([ByteSize.GiB(1), ByteSize.GiB(1)], ofEndpoint!.MemoryRanges.Select(r => r.RangeLength));
        Assert.NotEmpty(ofSwitch!.Structures.OfType<Sslbis>());
        Assert.Same(ofEndpoint, machine.Do(() => machine.Core.ReadCdat(endpoint)));
    }

    private static CxlCore Probed(IQosPlatform qos)
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        CxlCore first = machine.Core;
        foreach (CxlMemdev memdev in first.Memdevs.ToArray())
            machine.Do(() => first.RemoveDevice(memdev));
        var core = new CxlCore(first.Configuration, first.Mmio, first.Memory, first.Clock, first.Platform with { Qos = qos });
        machine.Do(() => core.Probe());
        return core;
    }

    private sealed class Platform(Func<MemoryPerformance, int?> group) : IQosPlatform
    {
        public List<MemoryPerformance> Asked { get; } = [];

        public MemoryPerformance? ToBridge(int uid) => new MemoryPerformance(100_000, 100_000, 50_000, 50_000);

        public int? ThrottlingGroup(MemoryPerformance performance)
        {
            Asked.Add(performance);
            return group(performance);
        }
    }
}
