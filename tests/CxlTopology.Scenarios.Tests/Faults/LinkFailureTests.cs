using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>A link fails under load: what was below it times out, what comes after is told at once, nothing is told twice.</summary>
public sealed class LinkFailureTests
{
    private const string Yaml = """
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
          load: {to: region0, pattern: random, reads: 60%, outstanding: 64, count: 20000}

        """;

    [Theory]
    [InlineData("mem0")]
    [InlineData("sw0")]
    public void Link_ThatFailsUnderLoad_TimesOutWhatWasBelowAndRefusesTheRest(string below)
    {
        using Experiment experiment = Prepare(below, out LinkedActor lower);
        RunResult result = experiment.Run();
        ExperimentReport report = Reports.Of(experiment);
        SourceReport source = Assert.Single(report.Sources);

        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Equal(20_000, source.Issued);
        Assert.Equal(20_000, source.Reads + source.Writes);
        Assert.InRange(source.Errors["Timeout"], 1, 64);
        Assert.Equal(["LinkDown", "Timeout"], source.Errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(source.Errors["LinkDown"], report.Unclaimed.Single(u => u.Reason == "LinkDown").Count);
        Assert.True(lower.Lost > 0);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
    }

    [Fact]
    public void Link_ThatFailsUnderLoad_GivesOneDigestOnAnyNumberOfWorkers()
    {
        string[] digests = [.. new[] { 1, 2, 3 }.Select(workers =>
        {
            using Experiment experiment = Prepare("mem0", out _, new ExperimentOptions { Workers = workers, MessagesPerWindowMin = workers == 1 ? null : 0 });
            experiment.Run();
            return Reports.Of(experiment).Digest;
        })];

        Assert.Single(digests.Distinct());
    }

    /// <summary>Both ends of the link above a component go down once the load has been running for a while.</summary>
    private static Experiment Prepare(string below, out LinkedActor lower, ExperimentOptions? options = null)
    {
        DescriptionResult file = TopologyFile.Parse(Yaml, "failure.yaml");
        Assert.Empty(file.Errors);
        Experiment experiment = Experiment.Prepare(file.Model!, options ?? new ExperimentOptions());
        LinkedActor end = below == "sw0" ? experiment.Built.Switches["sw0"].Upstream : experiment.Built.Endpoints[below];
        LinkedActor upper = experiment.Built.Links.Single(l => l.Lower == end).Upper;
        SimTime at = SimTime.Zero + BootTime.Of(file.Model!) + SimDuration.FromMicroseconds(40);
        var down = new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 };
        experiment.Built.Simulation.Post(upper, down, at);
        experiment.Built.Simulation.Post(end, down, at);
        lower = end;
        return experiment;
    }
}
