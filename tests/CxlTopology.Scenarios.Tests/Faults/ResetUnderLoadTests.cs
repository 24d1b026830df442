using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Something is reset under load: every request is answered, refused or timed out, once, and no checker finds anything.</summary>
public sealed class ResetUnderLoadTests
{
    private const int Requests = 20_000;

    private const string Yaml = """
        version: 1
        policy: {timeout: 100us}
        hosts:
          host0:
            memory: 256MiB
            windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0], allow: [type2, type3, volatile]}]
            bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: mem0, dsp1: mem1}}}}
        endpoints:
          mem0: {type: 3, memory: 512MiB, cxl: {reset: true}}
          mem1: {type: 3, memory: 512MiB, cxl: {reset: true}}
        regions:
          region0: {endpoints: [mem0, mem1], size: 1GiB}
        workloads:
          load: {to: region0, pattern: random, reads: 60%, outstanding: 64, count: 20000}

        """;

    /// <summary>What is reset, and how.</summary>
    public static TheoryData<string, ResetKind, string[]> Resets => new()
    {
        { "mem0", ResetKind.Function, [] },
        { "mem0", ResetKind.Cxl, ["Timeout"] },
        { "mem0", ResetKind.Hot, ["LinkDown", "Timeout"] },
        { "mem0", ResetKind.Cold, ["LinkDown", "Timeout"] },
        { "sw0", ResetKind.Warm, ["LinkDown", "Timeout"] },
        { "hb0", ResetKind.Warm, ["LinkDown", "NoDecoder", "Timeout"] },
        { "dsp0", ResetKind.Hot, ["LinkDown", "Timeout"] },
    };

    [Theory]
    [MemberData(nameof(Resets))]
    public void Reset_UnderLoad_AccountsForEveryRequest(string what, ResetKind kind, string[] reasons)
    {
        using Experiment experiment = Prepare(what, kind);
        RunResult result = experiment.Run();
        ExperimentReport report = Reports.Of(experiment);
        SourceReport source = Assert.Single(report.Sources);

        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Equal((Requests, Requests), (source.Issued, source.Reads + source.Writes));
        Assert.All(source.Errors.Keys, reason => Assert.Contains(reason, reasons));
        Assert.Equal(reasons.Length > 0, source.Errors.Count > 0);
        // What timed out is what some port lost, and the other way round.
        long lost = experiment.Built.Links.Sum(l => l.Upper.Lost + l.Lower.Lost);
        Assert.Equal(lost, source.Errors.GetValueOrDefault("Timeout"));
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
    }

    [Theory]
    [InlineData("mem0", ResetKind.Cxl)]
    [InlineData("sw0", ResetKind.Warm)]
    public void Reset_UnderLoad_GivesOneDigestOnAnyNumberOfWorkers(string what, ResetKind kind)
    {
        string[] digests = [.. new[] { 1, 2, 3 }.Select(workers =>
        {
            using Experiment experiment = Prepare(what, kind, new ExperimentOptions { Workers = workers, MessagesPerWindowMin = workers == 1 ? null : 0 });
            experiment.Run();
            return Reports.Of(experiment).Digest;
        })];

        Assert.Single(digests.Distinct());
    }

    [Theory]
    [InlineData(ResetKind.Cxl)]
    [InlineData(ResetKind.Hot)]
    [InlineData(ResetKind.Cold)]
    public void Reset_OfACoherentDevice_BreaksNoRule(ResetKind kind)
    {
        DescriptionResult file = TopologyFile.Load(Path.Combine(Repository.Topologies, "type2-coherence.yaml"));
        Assert.Empty(file.Errors);
        using Experiment experiment = Experiment.Prepare(file.Model!, new ExperimentOptions());
        SimTime at = SimTime.Zero + BootTime.Of(file.Model!) + SimDuration.FromMicroseconds(5);
        experiment.Built.Simulation.Post(experiment.Built.Endpoints.Values.First(e => e is Type2Endpoint), ResetControl.Of(kind), at);
        RunResult result = experiment.Run();
        ExperimentReport report = Reports.Of(experiment);

        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Empty(report.Failures);
        Assert.All(report.Sources, s => Assert.Equal(s.Issued, s.Reads + s.Writes));
        Assert.Contains(report.Sources, s => s.Errors.Count > 0);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
    }

    private static Experiment Prepare(string what, ResetKind kind, ExperimentOptions? options = null)
    {
        DescriptionResult file = TopologyFile.Parse(Yaml, "reset.yaml");
        Assert.Empty(file.Errors);
        Experiment experiment = Experiment.Prepare(file.Model!, options ?? new ExperimentOptions());
        ComponentActor component = what switch
        {
            "sw0" => experiment.Built.Switches["sw0"],
            "hb0" => experiment.Built.Bridges["host0.hb0"],
            "dsp0" => experiment.Built.Switches["sw0"].Ports[1],
            _ => experiment.Built.Endpoints[what],
        };
        SimTime at = SimTime.Zero + BootTime.Of(file.Model!) + SimDuration.FromMicroseconds(40);
        experiment.Built.Simulation.Post(component, ResetControl.Of(kind), at);
        return experiment;
    }
}
