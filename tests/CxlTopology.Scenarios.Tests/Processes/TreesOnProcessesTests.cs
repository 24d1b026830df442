using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Processes;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Trees that are drawn, links that fail: over any processes as on one.</summary>
public sealed class TreesOnProcessesTests
{
    private const string Failing = """
        version: 1
        policy: {timeout: 100us}
        hosts:
          host0:
            memory: 256MiB
            windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}]
            bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: mem0, dsp1: mem1}}}}
        endpoints:
          mem0: {type: 3, memory: 512MiB}
          mem1: {type: 3, memory: 512MiB}
        regions:
          region0: {endpoints: [mem0, mem1], size: 1GiB}
        workloads:
          load: {to: region0, pattern: random, reads: 60%, outstanding: 64, count: 4000}

        """;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 3)]
    [InlineData(6, 2)]
    [InlineData(7, 5)]
    [InlineData(8, 2)]
    public void RandomTree_OnProcesses_GivesTheReportOfOne(ulong seed, int count)
    {
        TopologyModel model = Parse(new RandomTree(seed).Yaml);
        SameAsOne(count, options => Experiment.Prepare(model, options), place => (int)(StableHash.Mix((ulong)place + seed) % (ulong)count));
    }

    [Theory]
    [InlineData("mem0", 2)]
    [InlineData("sw0", 2)]
    [InlineData("mem0", 3)]
    public void Link_ThatFailsUnderLoadBetweenProcesses_GivesTheReportOfOne(string below, int count)
    {
        TopologyModel model = Parse(Failing);
        RunIdentity reference = SameAsOne(count, options => Prepare(model, below, options), place => place % count);

        Assert.Contains("LinkDown", reference.Report, StringComparison.Ordinal);
    }

    private static RunIdentity SameAsOne(int count, Func<ExperimentOptions, Experiment> prepare, Func<int, int> ownerOf)
    {
        RunIdentity reference = Run(prepare(new ExperimentOptions()));

        RunIdentity[] runs = Company.Run(count, peers => Run(prepare(new ExperimentOptions { Peers = peers, OwnerOf = ownerOf })));

        Assert.Equal(reference, runs[0]);
        return reference;
    }

    private static RunIdentity Run(Experiment prepared)
    {
        using Experiment experiment = prepared;
        Assert.Equal(RunOutcome.Idle, experiment.Run().Outcome);
        return RunIdentity.Of(Reports.Of(experiment));
    }

    private static TopologyModel Parse(string yaml)
    {
        DescriptionResult file = TopologyFile.Parse(yaml, "processes.yaml");
        Assert.Equal("", string.Join("\n", file.Errors));
        return file.Model!;
    }

    /// <summary>Both ends of the link above a component go down once the load has been running for a while.</summary>
    private static Experiment Prepare(TopologyModel model, string below, ExperimentOptions options)
    {
        Experiment experiment = Experiment.Prepare(model, options);
        LinkedActor end = below == "sw0" ? experiment.Built.Switches["sw0"].Upstream : experiment.Built.Endpoints[below];
        LinkedActor upper = experiment.Built.Links.Single(l => l.Lower == end).Upper;
        SimTime at = SimTime.Zero + BootTime.Of(model) + SimDuration.FromMicroseconds(10);
        var down = new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 };
        experiment.Built.Simulation.Post(upper, down, at);
        experiment.Built.Simulation.Post(end, down, at);
        return experiment;
    }
}
