using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Scenarios.Tests;

/// <summary>A commit that hardware refuses is a line of the report, with the reason; the run goes on.</summary>
public sealed class FirmwareProblemTests
{
    [Theory]
    [InlineData("{component: hb0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, targets: [9]}", "hb0", "TargetMissing")]
    [InlineData("{component: hb0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, ways: 2, targets: [0, 0]}", "hb0", "TargetDuplicate")]
    [InlineData("{component: hb0, decoder: 1, base: 0x10_0000_0000, size: 1GiB, targets: [0]}", "hb0", "PreviousNotCommitted")]
    [InlineData("{component: sw0, decoder: 0, base: 0x10_0000_0000, size: 0B, targets: [0]}", "sw0", "SizeZero")]
    [InlineData("{component: mem0, decoder: 0, base: 0x10_0000_0000, size: 2GiB}", "mem0", "DpaOverrun")]
    [InlineData("{component: mem0, decoder: 0, base: 0x10_0000_0000, size: 256MiB, ways: 3}", "mem0", "SizeNotDivisible")]
    [InlineData("{component: mem0, offset: 0x20, value: 0x1207}", "mem0", "SizeZero")]
    public void Commit_ThatIsRefused_IsReportedWithItsReason(string entry, string component, string reason)
    {
        ExperimentReport report = Run(entry);

        string problem = Assert.Single(report.FirmwareProblems);
        Assert.StartsWith("host0: " + component + ", offset 0x", problem, StringComparison.Ordinal);
        Assert.Contains("Error Not Committed", problem, StringComparison.Ordinal);
        Assert.Contains(": " + reason + ", ", problem, StringComparison.Ordinal);
        Assert.Equal("idle", report.Outcome);
    }

    [Fact]
    public void Commit_ThatIsGranted_IsNoProblem() =>
        Assert.Empty(Run("{component: mem0, decoder: 0, base: 0x10_0000_0000, size: 1GiB}").FirmwareProblems);

    [Fact]
    public void Workload_AfterARefusedCommit_RunsAndIsToldOfIt()
    {
        ExperimentReport report = Run(
            "{component: hb0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, targets: [9]}",
            "workloads:\n  scan: {to: {window: 0}, pattern: sequential, count: 100}\n");

        Assert.Equal(100, Assert.Single(report.Sources).Errors["NoDecoder"]);
    }

    private static ExperimentReport Run(string entry, string more = "")
    {
        DescriptionResult file = TopologyFile.Parse($$$"""
            version: 1
            hosts:
              host0:
                windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}]
                bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: mem0}}, rp1: }}
            endpoints: {mem0: {type: 3, memory: 1GiB}}
            firmware:
              - {{{entry}}}

            """ + more, "firmware.yaml");
        Assert.Equal("", string.Join("\n", file.Errors));
        using Experiment experiment = Experiment.Prepare(file.Model!, new ExperimentOptions());
        experiment.Run();
        return Reports.Of(experiment);
    }
}
