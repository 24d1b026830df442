using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Scenarios.Tests;

public sealed class ShippedRunTests
{
    public static TheoryData<string> Files => [.. ShippedTopology.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_ShippedFile_FulfilsWhatItExpects(string name)
    {
        TopologyModel model = ShippedTopology.Load(name);
        using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions());
        experiment.Run();
        ExperimentReport report = Reports.Of(experiment);

        Assert.Equal("idle", report.Outcome);
        Assert.NotEmpty(report.Expectations);
        Assert.Empty(report.Expectations.Where(e => !e.Passed).Select(e => e.Text));
        Assert.Empty(report.Checkers.Where(c => c.Violations != 0).Select(c => c.Name + ": " + c.First));
        Assert.Empty(report.FirmwareProblems);
        Assert.Empty(report.Failures);
        Assert.All(report.Sources, s => Assert.Equal(s.Issued, s.Reads + s.Writes));
        Assert.Equal(model.Workloads.Select(w => w.Name).Order(), report.Sources.Select(s => s.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_ShippedFile_GivesItsCheckersSomethingToJudge(string name)
    {
        using Experiment experiment = Experiment.Prepare(ShippedTopology.Shortened(name, 500), new ExperimentOptions());
        experiment.Run();

        foreach (string checker in new[] { "every request answered once", "credits conserved", "committed decoders do not overlap" })
            Assert.True(Assert.Single(Reports.Of(experiment).Checkers, c => c.Name == checker).Checked > 0, checker);
    }
}
