using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Supervision;

public sealed class StopTests
{
    [Theory]
    [InlineData(false, 3)] // stopped at once: three letters come after
    [InlineData(true, 3)] // stopped 20 ns later: three wait, and die with it
    public void Stop_OfAChild_CountsDeadLetters(bool below, long dead)
    {
        Household household = Stopping(below);
        household.Feed(1, Household.Bad, 2, 3, 4);

        RunResult result = household.Simulation.Run();

        Assert.Equal((RunOutcome.Idle, dead), (result.Outcome, result.DeadLetters));
        Assert.Equal([1u, Household.Bad], household.Child.Tags);
        Assert.Equal(ActorState.Stopped, household.Child.State);
        Assert.Equal(SupervisionDirective.Stop, result.Failures[0].Directive);
    }

    [Fact]
    public void Stop_OfAComponentBelow_CountsWhatWaitedAndWhatCameLater()
    {
        Household household = Stopping(below: true);
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToChild, Household.Bad);
            p.SendTag(household.ToChild, 1, SimDuration.FromNanoseconds(5)); // waits
            p.SendTag(household.ToChild, 2, SimDuration.FromNanoseconds(50)); // comes when it is stopped
        };

        Assert.Equal(2, household.Simulation.Run().DeadLetters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stop_OfAChild_StopsItsChildren(bool below)
    {
        Household household = Stopping(below);
        household.Child.OnStarted = p => p.SendTagInside(household.Limb, 7, SimDuration.FromMicroseconds(1));
        household.Feed(Household.Bad);

        RunResult result = household.Simulation.Run();

        Assert.Equal((ActorState.Stopped, 1, 1), (household.Limb.State, household.Limb.Stops, household.Child.Stops));
        Assert.Empty(household.Limb.Tags);
        Assert.Equal(1, result.DeadLetters);
    }

    [Fact]
    public void Stop_OfAChild_LeavesItsParentRunning()
    {
        Household household = Stopping(below: false);
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToChild, Household.Bad);
            p.SendTag(household.ToParent, 8, SimDuration.FromMicroseconds(1));
        };

        household.Simulation.Run();

        Assert.Equal([8u], household.Parent.Tags);
        Assert.Equal(0, household.Parent.Stops);
    }

    [Fact]
    public void HandOver_ToAStoppedChild_IsADeadLetter()
    {
        Household household = Stopping(below: false);
        household.Parent.OnMessage = (Probe self, ref Message m) => self.Hand(household.Child, ref m);
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToParent, Household.Bad);
            p.SendTag(household.ToParent, 5, SimDuration.FromNanoseconds(5));
        };

        RunResult result = household.Simulation.Run();

        Assert.Equal(1, result.DeadLetters);
        Assert.Equal([Household.Bad], household.Child.Tags);
    }

    [Fact]
    public void Stop_WithPayloadsWaiting_GivesThemBack()
    {
        var simulation = new Simulation(new SimulationOptions { RecordsMax = 3 });
        var parent = new Probe { Decide = _ => SupervisionDirective.Stop };
        var child = new Probe { OnMessage = (Probe _, ref Message _) => throw new InvalidOperationException("no") };
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        parent.OnStarted = p => p.Timer(0, SimDuration.FromNanoseconds(1));
        // One record in flight at a time, 50 times over: a lost one would reach the limit.
        parent.OnMessage = (Probe self, ref Message m) =>
        {
            Message letter = Probe.Make(m.Tag);
            self.Attach(ref letter, "a letter");
            self.Inside(child, ref letter, SimDuration.Zero);
            if (m.Tag < 50)
                self.Timer(m.Tag + 1, SimDuration.FromNanoseconds(1));
        };

        RunResult result = simulation.Run();

        Assert.Equal((RunOutcome.Idle, 50L), (result.Outcome, result.DeadLetters));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stop_OnTwoWorkers_GivesTheSameDigest(bool below)
    {
        static void Arrange(Household h)
        {
            h.Parent.Decide = _ => SupervisionDirective.Stop;
            h.Feed(1, Household.Bad, 2, 3);
        }

        Assert.Equal(Household.DigestOf(below, 1, Arrange), Household.DigestOf(below, 2, Arrange));
    }

    [Fact]
    public void Failure_BelowAStoppedParent_IsDecided()
    {
        var household = new Household(below: true);
        household.Top.Decide = _ => SupervisionDirective.Stop;
        household.Parent.OnMessage = (Probe _, ref Message _) => throw new FormatException("bad");
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToParent, 1);
            p.SendTag(household.ToChild, Household.Bad, SimDuration.FromMicroseconds(1));
            p.SendTag(household.ToChild, 2, SimDuration.FromMicroseconds(2));
        };

        RunResult result = household.Simulation.Run();

        Assert.All(result.Failures, failure => Assert.NotNull(failure.Directive));
        Assert.Equal(1, household.Child.Tags.Count(tag => tag == 2) + result.DeadLetters);
    }

    [Fact]
    public void Stop_OfAParentThatPassedAFailureOn_StopsTheChildOnce()
    {
        var household = new Household(below: false);
        household.Top.Decide = _ => SupervisionDirective.Stop;
        household.Feed(Household.Bad);

        household.Simulation.Run();

        Assert.Equal((1, 1, 1), (household.Parent.Stops, household.Child.Stops, household.Limb.Stops));
    }

    [Fact]
    public void Stop_WhoseHandlerFails_StopsTheChildrenAllTheSame()
    {
        Household household = Stopping(below: true);
        household.Child.OnHalted = _ => throw new FormatException("will not");
        household.Feed(Household.Bad, 1);

        RunResult result = household.Simulation.Run();

        Assert.Equal((ActorState.Stopped, ActorState.Stopped), (household.Child.State, household.Limb.State));
        Assert.Equal(["thirteen", "will not"], result.Failures.Select(f => f.Reason));
        Assert.All(result.Failures, failure => Assert.Equal(SupervisionDirective.Stop, failure.Directive));
        Assert.Equal((RunOutcome.Idle, 1L), (result.Outcome, result.DeadLetters));
    }

    private static Household Stopping(bool below)
    {
        var household = new Household(below);
        household.Parent.Decide = _ => SupervisionDirective.Stop;
        return household;
    }
}
