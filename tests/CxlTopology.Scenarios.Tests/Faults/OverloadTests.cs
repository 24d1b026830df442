using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Scenarios.Tests;

/// <summary>An open loop that asks for more than there is.</summary>
public sealed class OverloadTests
{
    [Fact]
    public void Requests_ThatWaitForAPlaceLongerThanTheTimeout_AreNotTimedOut()
    {
        DescriptionResult file = TopologyFile.Parse(
            """
            version: 1
            policy: {timeout: 10us}
            hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}
            endpoints: {mem0: {type: 3, memory: 1GiB}}
            regions: {region0: {endpoints: [mem0], size: 1GiB}}
            workloads: {load: {from: host0, to: region0, pattern: random, rate: 20M/s, outstanding: 1, count: 1000}}
            """,
            "overload.yaml");
        using Experiment experiment = Experiment.Prepare(file.Model!, new ExperimentOptions());
        experiment.Run();
        ExperimentReport report = Reports.Of(experiment);

        Assert.Empty(report.Sources[0].Errors);
        Assert.Equal(1000, report.Sources[0].Reads);
        Assert.True(report.Sources[0].ReadLatencyNs.Max > 10_000, "the wait for a place is part of the latency");
    }
}
