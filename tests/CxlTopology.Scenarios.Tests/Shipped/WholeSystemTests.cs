using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>What holds over the whole system and shows in no single part.</summary>
public sealed class WholeSystemTests
{
    private const string Direct = """
        version: 1
        policy: {timeout: 100us}
        hosts:
          host0:
            memory: 256MiB
            windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}]
            bridges: {hb0: {rp0: mem0}}
        endpoints: {mem0: {type: 3, memory: 1GiB}}
        regions: {region0: {endpoints: [mem0], size: 1GiB}}

        """;

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    public void EverySplit_WithThreesAboveAPort_IsABijection(int ways) =>
        Assert.All(Split.Of(ways).Where(s => s.ThreesAboveAPort), split => BijectionProperties.CheckSplit(split, 1));

    [Theory]
    [InlineData("direct-attach")]
    [InlineData("several-hosts")]
    [InlineData("linux-cxl-test")]
    public void SimulatedTime_OfTheLastEvent_DoesNotDependOnHowItIsRun(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, 1_000);
        SimTime[] ends =
        [
            .. new ExperimentOptions[]
            {
                new(), new() { Engine = EngineKind.PlainQueue }, new() { BucketShift = 20 }, new() { Workers = 2, MessagesPerWindowMin = 0 },
            }.Select(options =>
            {
                using Experiment experiment = Experiment.Prepare(model, options);
                return experiment.Run().End;
            }),
        ];

        Assert.Single(ends.Distinct());
    }

    [Theory]
    [InlineData("req: 32")]
    [InlineData("rwd: 32")]
    [InlineData("ndr: 32")]
    [InlineData("drs: 32")]
    public void Bursts_OverALinkWithFewerCreditsThanLines_AreDelivered(string credits)
    {
        ExperimentReport report = Run(
            "profiles: {link: {credits: {" + credits + "}}}\n" + Direct + "workloads: {load: {to: region0, pattern: sequential, reads: 50%, size: 4KiB, burst: true, count: 100}}\n", out _);

        Assert.Equal("idle", report.Outcome);
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void Run_WhoseRequestsAllCompletedOrTimedOut_IsFinished()
    {
        ExperimentReport report = Run(
            Direct + "workloads: {load: {to: region0, pattern: random, outstanding: 64, count: 5000}}\n", out RunOutcome outcome, downAt: SimDuration.FromMicroseconds(10));

        Assert.Equal(RunOutcome.Idle, outcome);
        Assert.Equal(5000, report.Sources[0].Reads);
        Assert.Equal("idle", report.Outcome);
    }

    [Fact]
    public void Workload_WhoseRequestsWereAllLost_GoesOnWhenTheLinkIsBack()
    {
        ExperimentReport report = Run(
            Direct + "workloads: {load: {to: region0, pattern: random, outstanding: 1, count: 5000}}\n",
            out _,
            downAt: SimDuration.FromMicroseconds(10),
            upAt: SimDuration.FromMicroseconds(15));

        Assert.Equal(5000, report.Sources[0].Reads);
        Assert.InRange(report.Sources[0].Errors["Timeout"], 1, 1);
    }

    private static ExperimentReport Run(string yaml, out RunOutcome outcome, SimDuration? downAt = null, SimDuration? upAt = null)
    {
        DescriptionResult file = TopologyFile.Parse(yaml, "open.yaml");
        Assert.Equal("", string.Join("\n", file.Errors));
        using Experiment experiment = Experiment.Prepare(file.Model!, new ExperimentOptions());
        SimTime booted = SimTime.Zero + BootTime.Of(file.Model!);
        foreach ((SimDuration? at, ulong up) in new[] { (downAt, 0UL), (upAt, 1UL) })
        {
            if (at is not { } when)
                continue;
            var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up, Payload = -1 };
            (LinkedActor upper, LinkedActor lower) = experiment.Built.Links.Single();
            // The device's end fails first: whatever it is about to answer is lost.
            experiment.Built.Simulation.Post(lower, control, booted + when);
            experiment.Built.Simulation.Post(upper, control, booted + when + SimDuration.FromMicroseconds(1));
        }

        outcome = experiment.Run().Outcome;
        return Reports.Of(experiment);
    }
}
