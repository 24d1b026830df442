using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>An accelerator in an interleaved region reaches its own share of it by itself, and the rest by way of the host: with every arithmetic.</summary>
public sealed class OwnShareTests
{
    private const long Accesses = 4_096;

    public static TheoryData<string, string> Regions => new()
    {
        { "hdm-db", "targets: [hb0, hb1, hb2, hb3], granularity: 256B" },
        { "hdm-db", "targets: [hb0, hb1, hb2, hb3], granularity: 1KiB, arithmetic: xor, xormaps: [0x4040400, 0x8080800]" },
        { "hdm-db", "targets: [hb0, hb1, hb2, hb3], granularity: 256B, arithmetic: xor, xormaps: [0x404100, 0x808200]" },
        { "hdm-d", "targets: [hb0, hb1, hb2, hb3], granularity: 256B, arithmetic: xor, xormaps: [0x404100, 0x808200]" },
    };

    [Theory]
    [MemberData(nameof(Regions))]
    public void Access_OfAnAcceleratorToItsRegion_AsksTheHostForOthersSharesAlone(string coherence, string window)
    {
        // Nobody else is at the region, so what is its own costs no message.
        using Experiment experiment = Prepare(coherence, window, "");

        Assert.Equal(RunOutcome.Idle, experiment.Run().Outcome);

        DeviceCoherence engine = experiment.Built.Endpoints["g1"].Coherence!;
        long asked = Enum.GetValues<D2HRequest>().Sum(engine.Statistics.Requests);
        Assert.Equal(Accesses, engine.Statistics.Accesses);
        Assert.Equal(Accesses * 3 / 4, asked);
        Assert.Equal(Accesses / 4, experiment.Built.Endpoints["g1"].Media.LinesRead);
        Assert.Equal(Accesses / 4, experiment.Built.Endpoints["g2"].Media.LinesRead);
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public void Access_OfHostAndAcceleratorsToTheSameLines_StaysCoherent(string coherence, string window)
    {
        using Experiment experiment = Prepare(coherence, window, """
              host: {from: host0, to: {base: 0x10_0000_0000, size: 8KiB}, reads: 60%, outstanding: 16, count: 4000}
              other: {from: g0, to: {base: 0x10_0000_0000, size: 8KiB}, reads: 60%, size: 32B, outstanding: 16, count: 4000}
            """);

        Assert.Equal(RunOutcome.Idle, experiment.Run().Outcome);

        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Sources, s => Assert.Empty(s.Errors));
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
        Assert.True(report.Checkers.Single(c => c.Name == "a read returns the last write in coherence order").Checked > Accesses);
    }

    private static Experiment Prepare(string coherence, string window, string more)
    {
        string bias = coherence == "hdm-d" ? ", bias: device" : "";
        DescriptionResult result = TopologyFile.Parse($$$"""
            version: 1
            profiles: {link: {rate: 64GT/s, flit: 256B}}
            hosts:
              host0:
                cache: {size: 4KiB}
                windows: [{base: 0x10_0000_0000, size: 4GiB, allow: [type2, volatile, back-invalidate], {{{window}}}}]
                bridges: {hb0: {rp0: g0}, hb1: {rp0: g1}, hb2: {rp0: g2}, hb3: {rp0: g3}}
            endpoints:
              g0: &g {type: 2, memory: 1GiB, coherence: {{{coherence}}}, cache: {size: 0B}{{{bias}}}}
              g1: *g
              g2: *g
              g3: *g
            regions: {region0: {endpoints: [g0, g1, g2, g3], size: 4GiB}}
            workloads:
              own: {from: g1, to: {base: 0x10_0000_0000, size: 256KiB}, pattern: sequential, outstanding: 8, count: {{{Accesses}}}}
            {{{more}}}
            """, "shares.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return Experiment.Prepare(result.Model!, new ExperimentOptions());
    }
}
