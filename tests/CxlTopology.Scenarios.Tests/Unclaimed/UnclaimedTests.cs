using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric.Tests;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>What nothing claims completes, is counted under its reason where that is found out, and is told to whoever asked.</summary>
public sealed class UnclaimedTests
{
    public static TheoryData<string, string> CasesAndPolicies()
    {
        TheoryData<string, string> rows = [];
        foreach (UnclaimedCase one in UnclaimedCase.All)
        {
            foreach (string policy in new[] { "poison", "all-ones", "error" })
                rows.Add(one.Name, policy);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(CasesAndPolicies))]
    public void Access_ThatNothingClaims_CompletesAsThePolicySaysAndIsCounted(string name, string policy)
    {
        UnclaimedCase one = UnclaimedCase.All.Single(c => c.Name == name);
        Machine machine = Machine.BootAnyway(one.Yaml(policy));
        Probe read = machine.Run(Probe.Read(UnclaimedCase.Base + one.Offset));
        Probe write = machine.Run(Probe.WriteWord(UnclaimedCase.Base + one.Offset, 1));

        Assert.Equal((one.Reason, one.Reason), (read.Status, write.Status));
        Assert.Equal(policy == "poison", read.Answer.Poisoned);
        Assert.Equal(policy == "error" ? 0 : 64, read.Answer.Data.Length);
        Assert.All(read.Answer.Data, b => Assert.Equal(policy == "all-ones" ? 0xFF : 0, b));
        Assert.False(write.Answer.Poisoned);
        Assert.Equal((one.Component, one.Reason, 2), Assert.Single(machine.Unclaimed()));
        machine.AssertCreditsConserved();
    }

    [Fact]
    public void Access_ThatIsClaimed_ReachesTheDeviceOfTheseCases()
    {
        UnclaimedCase any = UnclaimedCase.All.Single(c => c.Name == "past the bridge's decoder");
        Machine machine = Machine.Boot(any.Yaml("poison"));
        Probe read = machine.Run(Probe.Read(UnclaimedCase.Base));

        Assert.Equal(AccessStatus.Ok, read.Status);
        Assert.Equal("mem0", machine.CompleterOf(read));
        Assert.Empty(machine.Unclaimed());
    }

    [Fact]
    public void Cases_CoverEveryReasonThatComponentsGive() =>
        Assert.Equal(
            Enum.GetValues<AccessStatus>().Where(s => s is >= AccessStatus.NoWindow and <= AccessStatus.ReservedInterleave and not AccessStatus.LinkDown),
            UnclaimedCase.All.Select(c => c.Reason).Distinct().Order());

    [Theory]
    [InlineData("poison")]
    [InlineData("all-ones")]
    [InlineData("error")]
    public void Workload_OverAWindowWithHoles_IsToldOfEveryRefusedAccess(string policy)
    {
        UnclaimedCase holes = UnclaimedCase.All.Single(c => c.Name == "hole in the switch");
        DescriptionResult file = TopologyFile.Parse(
            holes.Yaml(policy) + "workloads:\n  scan: {to: {window: 0}, pattern: random, reads: 50%, count: 2000}\nexpect:\n  - every transaction completes once\n", "holes.yaml");
        Assert.Empty(file.Errors);
        using Experiment experiment = Experiment.Prepare(file.Model!, new ExperimentOptions());
        experiment.Run();
        ExperimentReport report = Reports.Of(experiment);

        SourceReport source = Assert.Single(report.Sources);
        Assert.Equal(2000, source.Reads + source.Writes);
        Assert.True(source.Errors["NoDecoder"] is > 1000 and < 2000);
        Assert.Equal(source.Errors["NoDecoder"], report.Unclaimed.Sum(u => u.Count));
        Assert.Equal(["host0/hb0", "host0/hb0/rp0/sw0/usp"], report.Unclaimed.Select(u => u.Component).Order(StringComparer.Ordinal));
        Assert.All(report.Checkers, c => Assert.Equal(0, c.Violations));
        Assert.All(report.Expectations, e => Assert.True(e.Passed));
    }
}
