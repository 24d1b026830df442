using System.Buffers.Binary;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Processes;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Shipped topologies over several processes: process 0 reports what one process reports, to the last counter.</summary>
public sealed class ShippedOnProcessesTests
{
    private const int HeadBytes = 31;

    public static TheoryData<string> Files => [.. ShippedTopology.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_OnTwoProcesses_GivesTheReportOfOne(string name) => SameAsOne(name, 2, null, 600);

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_OnThreeProcesses_GivesTheReportOfOne(string name) => SameAsOne(name, 3, null, 300);

    [Theory]
    [InlineData("quickstart", 2)]
    [InlineData("several-hosts", 3)]
    [InlineData("three-level-switch", 3)]
    [InlineData("twelve-way", 5)]
    [InlineData("xor", 4)]
    public void Run_OnProcessesThatAreDrawn_GivesTheReportOfOne(string name, int count) =>
        SameAsOne(name, count, place => (int)(StableHash.Mix((ulong)place + 77) % (ulong)count), 300);

    [Fact]
    public void Run_OnProcesses_CrossesInFewBytes()
    {
        long bytes = 0;
        long messages = 0;
        TopologyModel model = ShippedTopology.Shortened("several-hosts", 400);
        model = model with { Workloads = [.. model.Workloads.Select(w => w with { Payloads = false, Verify = false })] };

        Run(model, 2, place => place % 2, (_, to, exchange, batch) =>
        {
            if (exchange == 0 || batch.Length <= HeadBytes || batch.Written[1] != 1 || to != 0)
                return;
            messages += BinaryPrimitives.ReadInt32LittleEndian(batch.Written[(HeadBytes - 4)..]);
            bytes += batch.Length - HeadBytes;
        });

        Assert.True(messages > 2_000, $"{messages} messages crossed");
        Assert.True(bytes < 46 * messages, $"{bytes} bytes for {messages} messages, of 64 bytes each in memory");
    }

    private static void SameAsOne(string name, int count, Func<int, int>? ownerOf, long accesses)
    {
        TopologyModel model = ShippedTopology.Shortened(name, accesses);
        RunIdentity reference = ShippedTopology.Run(model, new ExperimentOptions());

        (RunResult Result, ExperimentReport Report)[] runs = Run(model, count, ownerOf);

        Assert.Equal(reference, RunIdentity.Of(runs[0].Report));
        Assert.All(runs, run => Assert.Equal((reference.Digest, RunOutcome.Idle, null), (run.Result.Digest.ToString("x16", null), run.Result.Outcome, run.Result.Broken)));
        Assert.All(runs, run => Assert.True(run.Result.ParallelWindows > 0));
    }

    private static (RunResult Result, ExperimentReport Report)[] Run(TopologyModel model, int count, Func<int, int>? ownerOf, Tamper? watch = null) => Company.Run(
        count,
        peers =>
        {
            using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions { Peers = peers, OwnerOf = ownerOf });
            return (experiment.Run(), Reports.Of(experiment));
        },
        watch);
}
