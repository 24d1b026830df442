using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Supervision;

public sealed class RestartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_OfAChild_ResetsItAndGoesOn(bool below)
    {
        Household household = Restarting(below);
        household.Feed(1, Household.Bad, 2, 3);

        RunResult result = household.Simulation.Run();

        Assert.Equal((RunOutcome.Idle, 1), (result.Outcome, household.Child.Restarts));
        Assert.Equal(ActorState.Running, household.Child.State);
        Assert.Equal([1u, Household.Bad, 2u, 3u], household.Child.Tags);
        Assert.Equal(0, result.DeadLetters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_OfAChild_IsReportedWithPathKindTimeAndDirective(bool below)
    {
        Household household = Restarting(below);
        household.Feed(1, Household.Bad);

        RunResult result = household.Simulation.Run();

        ActorFailure failure = Assert.Single(result.Failures);
        Assert.Equal("top/parent/child", failure.Path);
        Assert.Equal(
            (household.Child.Id, Message.FirstModelKind, household.Friend.Id),
            (failure.ActorId, failure.MessageKind, failure.MessageSource));
        Assert.Equal(SimTime.Zero + SimDuration.FromNanoseconds(11), failure.Time);
        Assert.Equal(SupervisionDirective.Restart, failure.Directive);
        Assert.Equal(
            $"top/parent/child failed at 11ns on a message of kind 16 from actor {household.Friend.Id}: "
            + "InvalidOperationException: thirteen",
            failure.ToString());
        Assert.Same(failure, Assert.Single(household.Parent.Asked));
    }

    [Fact]
    public void Restart_OfAChildInTheComponent_TakesNoTime()
    {
        Household household = Restarting(below: false);
        household.Feed(1, Household.Bad, 2);

        household.Simulation.Run();

        Assert.Equal([10L, 11, 12], household.Child.Times.Select(t => t.Femtoseconds / 1_000_000));
    }

    [Fact]
    public void Restart_OfAComponentBelow_TakesThereAndBack()
    {
        Household household = Restarting(below: true);
        household.Feed(1, Household.Bad, 2, 3);

        household.Simulation.Run();

        // Failed at 11 ns: the report takes 10 ns, the directive 10 more; what came meanwhile waited.
        Assert.Equal([10L, 11, 31, 31], household.Child.Times.Select(t => t.Femtoseconds / 1_000_000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_TimeAndAgain_WorksEveryTime(bool below)
    {
        Household household = Restarting(below);
        household.Feed(Household.Bad, 1, Household.Bad, Household.Bad, 2);

        RunResult result = household.Simulation.Run();

        Assert.Equal(3, household.Child.Restarts);
        Assert.Equal(3, result.Failures.Count);
        Assert.Equal([Household.Bad, 1u, Household.Bad, Household.Bad, 2u], household.Child.Tags);
    }

    [Fact]
    public void Restart_LeavesWhatWasHandedOverWhileItWaited()
    {
        // The parent hands the child everything it gets: one message fails it, the next one is handed to a suspended child.
        Household household = Restarting(below: false);
        household.Parent.OnMessage = (Probe self, ref Message m) => self.Hand(household.Child, ref m);
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToParent, Household.Bad);
            p.SendTag(household.ToParent, 5);
            p.SendTag(household.ToParent, 6);
        };

        household.Simulation.Run();

        Assert.Equal([Household.Bad, 5u, 6u], household.Child.Tags);
        Assert.Equal([Household.Bad, 5u, 6u], household.Parent.Tags);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_AfterAFailureInOnStart_LetsTheActorWork(bool below)
    {
        Household household = Restarting(below);
        household.Child.OnStarted = _ => throw new InvalidOperationException("no power");
        household.Feed(1, 2);

        RunResult result = household.Simulation.Run();

        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Equal("no power", Assert.Single(result.Failures).Reason);
        Assert.Equal(SimTime.Zero, result.Failures[0].Time);
        Assert.Equal([1u, 2u], household.Child.Tags);
    }

    [Fact]
    public void Restart_OfOneChild_LeavesItsSiblingAlone()
    {
        Household household = Restarting(below: false);
        household.Feed(Household.Bad, 1);
        household.Friend.OnStarted += p => p.SendTag(household.ToParent, 4);

        household.Simulation.Run();

        Assert.Equal((0, 0), (household.Parent.Restarts, household.Limb.Restarts));
        Assert.Equal([4u], household.Parent.Tags);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_OnTwoWorkers_GivesTheSameDigest(bool below)
    {
        static void Arrange(Household h)
        {
            h.Parent.Decide = _ => SupervisionDirective.Restart;
            h.Feed(1, Household.Bad, 2, 3, Household.Bad, 4, 5, 6);
        }

        Assert.Equal(Household.DigestOf(below, 1, Arrange), Household.DigestOf(below, 2, Arrange));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_OfAParentThatPassedAFailureOn_ResumesTheChild(bool below)
    {
        var household = new Household(below);
        household.Top.Decide = _ => SupervisionDirective.Restart;
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToChild, Household.Bad);
            p.SendTag(household.ToChild, 5, SimDuration.FromMicroseconds(1));
        };

        household.Simulation.Run();

        Assert.Equal(ActorState.Running, household.Child.State);
        Assert.Equal([Household.Bad, 5u], household.Child.Tags);
    }

    [Fact]
    public void Restart_OfAParentThatFailedOverTheDecision_ResumesTheChild()
    {
        var household = new Household(below: true);
        household.Parent.Decide = _ => throw new FormatException("cannot decide");
        household.Top.Decide = _ => SupervisionDirective.Restart;
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToChild, Household.Bad);
            p.SendTag(household.ToChild, 5, SimDuration.FromMicroseconds(1));
        };

        household.Simulation.Run();

        Assert.Equal((1, ActorState.Running), (household.Child.Restarts, household.Child.State));
        Assert.Equal([Household.Bad, 5u], household.Child.Tags);
    }

    [Fact]
    public void Supervision_WithoutConnections_GivesOneDigest()
    {
        SimulationOptions[] ways =
        [
            new() { Engine = EngineKind.PlainQueue }, new() { BucketShift = 19 }, new() { BucketShift = 24 },
            new() { Workers = 2, MessagesPerWindowMin = 0, OwnerOf = place => place },
        ];
        ulong[] digests =
        [
            .. ways.Select(way =>
            {
                var simulation = new Simulation(way);
                var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
                var child = new Probe();
                simulation.Add("parent", parent);
                simulation.Add("child", child, parent);
                child.OnStarted = p =>
                {
                    for (uint i = 1; i <= 2_000; i++)
                        p.Timer(i, SimDuration.FromNanoseconds(i));
                };
                child.OnMessage = (Probe _, ref Message m) =>
                {
                    if (m.Tag % 100 == 0)
                        throw new FormatException("bad");
                };
                return simulation.Run().Digest;
            }),
        ];

        Assert.Single(digests.Distinct());
    }

    private static Household Restarting(bool below)
    {
        var household = new Household(below);
        household.Parent.Decide = _ => SupervisionDirective.Restart;
        return household;
    }
}
