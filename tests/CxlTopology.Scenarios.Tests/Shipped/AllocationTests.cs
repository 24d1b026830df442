using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Nothing is allocated for a memory transaction, once everything has been touched.</summary>
public sealed class AllocationTests
{
    private const string Yaml = """
        version: 1
        shape: {hosts: 2, bridges: 1, ports: 4, switches: [4], endpoint: {type: 3, memory: 1GiB}, region: {ways: 16, granularity: 256B, size: 16GiB}}
        workloads:
          load0: {from: host0, to: {window: 0}, pattern: random, reads: 70%, outstanding: 64, count: 1_000_000_000, payloads: PAYLOADS, verify: false, LOAD}
          load1: {from: host1, to: {window: 0}, pattern: random, reads: 70%, outstanding: 64, count: 1_000_000_000, payloads: PAYLOADS, verify: false, LOAD}
        """;

    [Theory]
    [InlineData("false", "size: 64B")]
    [InlineData("false", "size: 4KiB")]
    [InlineData("false", "size: 4KiB, burst: true")]
    [InlineData("true", "size: 64B, to: {base: 0x10_0000_0000, size: 256KiB}")]
    public void Transaction_AfterWarmUp_AllocatesNothing(string payloads, string load)
    {
        string yaml = Yaml.Replace("PAYLOADS", payloads, StringComparison.Ordinal);
        if (load.Contains("to:", StringComparison.Ordinal))
            yaml = yaml.Replace("to: {window: 0}, ", "", StringComparison.Ordinal);
        DescriptionResult file = TopologyFile.Parse(yaml.Replace("LOAD", load, StringComparison.Ordinal), "allocation.yaml");
        Assert.Equal("", string.Join("\n", file.Errors));
        using Experiment experiment = Experiment.Prepare(file.Model!, new ExperimentOptions());
        Simulation.Simulation simulation = experiment.Built.Simulation;
        SimTime booted = SimTime.Zero + BootTime.Of(file.Model!);
        simulation.Run(booted + SimDuration.FromMicroseconds(2_100));
        long completed = experiment.Requesters.Sum(r => r.Requester.Statistics.Completed);
        long before = GC.GetAllocatedBytesForCurrentThread();
        simulation.Run(booted + SimDuration.FromMicroseconds(2_400));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        completed = experiment.Requesters.Sum(r => r.Requester.Statistics.Completed) - completed;

        Assert.True(completed > 1_000, $"{completed} transactions");
        // What remains is the result of the run itself, and a page or block that is touched late.
        Assert.True(allocated < 64 * 1024, $"{allocated} bytes for {completed} transactions");
    }
}
