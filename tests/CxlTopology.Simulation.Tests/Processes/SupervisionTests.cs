using CxlTopology.Simulation.Tests.Determinism;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>A child fails in another process than its parent's: who decides, and what comes of it, is as in one process.</summary>
public sealed class SupervisionTests
{
    private static readonly int[][] Spreads = [[0, 1, 2, 0], [1, 0, 1, 2], [2, 2, 0, 1], [0, 0, 1, 1], [1, 2, 0, 0]];

    [Theory]
    [InlineData(SupervisionDirective.Restart, 3)]
    [InlineData(SupervisionDirective.Stop, 1)]
    public void Parent_InAnotherProcess_Decides(SupervisionDirective directive, int failures)
    {
        RunResult result = SameAsOne(kin => kin.Parent.Decide = _ => directive);

        Assert.Equal(failures, result.Failures.Count);
        Assert.All(result.Failures, failure => Assert.Equal(directive, failure.Directive));
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Theory]
    [InlineData(SupervisionDirective.Restart)]
    [InlineData(SupervisionDirective.Stop)]
    public void Grandparent_InAThirdProcess_DecidesAboutWhatTheParentPassesOn(SupervisionDirective directive)
    {
        RunResult result = SameAsOne(kin => kin.Grandparent.Decide = _ => directive);

        Assert.Contains(result.Failures, failure => failure.Path == "grandparent/parent/child" && failure.Directive == SupervisionDirective.Escalate);
        Assert.Contains(result.Failures, failure => failure.Path == "grandparent/parent" && failure.Directive == directive);
    }

    [Fact]
    public void Failure_ThatNobodyDecides_EndsTheRunOfAllProcesses()
    {
        RunResult result = SameAsOne(_ => { });

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Null(result.Broken);
        Assert.Equal("unlucky 13", result.Failures[0].Reason);
        Assert.True(result.Failures[0].Is<FormatException>());
        Assert.NotEmpty(result.Failures[0].Trace);
    }

    [Theory]
    [InlineData(SupervisionDirective.Restart)]
    [InlineData(SupervisionDirective.Stop)]
    [InlineData(SupervisionDirective.Escalate)]
    public void Child_ThatFailsAtTheStart_IsDecidedAboutInAnotherProcess(SupervisionDirective directive) => SameAsOne(kin =>
    {
        kin.Child.OnStarted = _ => throw new InvalidOperationException("not today");
        kin.Parent.Decide = _ => directive;
    });

    [Fact]
    public void TopActor_ThatFailsAtTheStart_EndsTheRunBeforeTheFirstMessage()
    {
        RunResult result = SameAsOne(kin => kin.Grandparent.OnStarted = _ => throw new InvalidOperationException("never"));

        Assert.Equal((RunOutcome.Failed, 0), (result.Outcome, result.Events));
    }

    [Fact]
    public void Parent_ThatThrowsOverAFailure_FailsItself() => SameAsOne(kin =>
    {
        kin.Parent.Decide = _ => throw new NotSupportedException("too much");
        kin.Grandparent.Decide = _ => SupervisionDirective.Restart;
    });

    [Fact]
    public void Parent_ThatIsStopped_LeavesNobodyToDecide() => SameAsOne(kin =>
    {
        kin.Parent.OnMessage = (Actors.Probe _, ref Message message) =>
        {
            if (message.Tag == 5)
                throw new InvalidOperationException("gone");
        };
        kin.Grandparent.Decide = failure => failure.Path.EndsWith("parent", StringComparison.Ordinal) ? SupervisionDirective.Stop : SupervisionDirective.Restart;
    });

    [Fact]
    public void Failure_WithALongUnreadableReason_CrossesShortened()
    {
        string reason = string.Concat(Enumerable.Repeat("\ud83d\udca5", 40_000));
        string[] reasons = Company.Run(3, peers =>
        {
            var kin = new Kin(new SimulationOptions { Peers = peers }, Spreads[0]);
            kin.Child.OnStarted = _ => throw new InvalidOperationException(reason);
            kin.Parent.Decide = _ => SupervisionDirective.Stop;
            return kin.Simulation.Run().Failures[0].Reason;
        });

        Assert.All(reasons, r => Assert.Equal(reason[..(1 << 16)], r));
    }

    private static RunResult SameAsOne(Action<Kin> arrange)
    {
        RunResult reference = Run(new SimulationOptions(), Spreads[0], arrange);
        foreach (int[] owners in Spreads)
        {
            Assert.All(Company.Run(3, peers => Run(new SimulationOptions { Peers = peers }, owners, arrange)), result => Assert.True(
                Sweep.Same(reference, result),
                $"spread {string.Join(' ', owners)} gave {Text(result)}\none process {Text(reference)}"));
        }

        return reference;
    }

    private static RunResult Run(SimulationOptions options, int[] owners, Action<Kin> arrange)
    {
        var kin = new Kin(options, owners);
        arrange(kin);
        return kin.Simulation.Run();
    }

    private static string Text(RunResult result) =>
        Sweep.Summary(result) + string.Concat(result.Failures.Select(failure => $"\n  {failure} -> {failure.Directive}"));
}
