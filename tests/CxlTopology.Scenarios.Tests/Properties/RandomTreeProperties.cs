using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Whatever the tree and the regions: every transaction is answered once, data and credits are right, and one digest on one worker and two.</summary>
public sealed class RandomTreeProperties
{
    [Fact]
    public void RandomTree_UnderLoad_DeliversEverythingOnce() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(Seeds.ToArbitrary(), seed =>
            {
                var tree = new RandomTree(seed);
                RunIdentity one = Run(tree, seed, new ExperimentOptions());
                RunIdentity two = Run(tree, seed, new ExperimentOptions { Workers = 2, MessagesPerWindowMin = 0 });
                Assert.True(one == two, $"seed {seed}: {one} on one worker, {two} on two");
            }));

    [Fact]
    public void RandomTrees_HaveDeepOnesAndSeveralRegions()
    {
        RandomTree[] trees = [.. Enumerable.Range(0, 200).Select(seed => new RandomTree((ulong)seed))];

        Assert.Contains(trees, t => t.Depth == 6);
        Assert.All(trees, t => Assert.True(t.Regions > 0));
        Assert.Superset(new HashSet<int> { 2, 3, 4, 6, 8, 16 }, trees.Select(t => t.WaysMax).ToHashSet());
    }

    private static Gen<ulong> Seeds { get; } =
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select (ulong)high << 31 | (uint)low;

    private static RunIdentity Run(RandomTree tree, ulong seed, ExperimentOptions options)
    {
        DescriptionResult file = TopologyFile.Parse(tree.Yaml, "random.yaml");
        Assert.True(file.Errors.Count == 0, $"seed {seed}: {string.Join("\n", file.Errors)}\n{tree.Yaml}");
        using Experiment experiment = Experiment.Prepare(file.Model!, options);
        RunResult result = experiment.Run();
        ExperimentReport report = Reports.Of(experiment);
        string context = $"seed {seed}, {options.Workers} workers:\n{tree.Yaml}";
        Assert.True(result.Outcome == RunOutcome.Idle, context + string.Join("\n", report.Failures));
        Assert.True(report.Outcome == "idle", context + report.Outcome);
        Assert.True(report.FirmwareProblems.Count == 0, context + string.Join("\n", report.FirmwareProblems));
        Assert.True(report.Sources.All(s => s.Issued == s.Reads + s.Writes && s.Issued >= 100 && s.Errors.Count == 0), context);
        Assert.True(report.Unclaimed.Count == 0, context);
        CheckerReport? wrong = report.Checkers.FirstOrDefault(c => c.Violations != 0);
        Assert.True(wrong is null, $"{context}\n{wrong}");
        Assert.True(report.Checkers.Single(c => c.Name == "credits conserved").Checked == 2 * experiment.Built.Links.Count, context);
        bool judges = experiment.Requesters.Exists(r => !r.Workload.Burst);
        Assert.True(!judges || report.Checkers.Single(c => c.Name.StartsWith("data read", StringComparison.Ordinal)).Checked > 0, context);
        return RunIdentity.Of(report);
    }
}
