using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Supervision;

public sealed class EscalateTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Escalate_ToTheTop_EndsTheRun(bool below)
    {
        var household = new Household(below);
        household.Feed(1, Household.Bad, 2);
        household.Friend.OnStarted += p => p.Timer(9, SimDuration.FromSeconds(1));

        RunResult result = household.Simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Empty(household.Friend.Tags); // it never came to one second
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Escalate_ToTheTop_NamesEveryStep(bool below)
    {
        var household = new Household(below);
        household.Feed(1, Household.Bad);

        RunResult result = household.Simulation.Run();

        Assert.Equal(["top", "top/parent", "top/parent/child"], result.Failures.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.All(result.Failures, f => Assert.Equal("thirteen", f.Reason));
        Assert.All(result.Failures, f => Assert.Equal(SupervisionDirective.Escalate, f.Directive));
        ActorFailure cause = result.Failures.Single(f => f.ActorId == household.Child.Id);
        Assert.Equal((Message.FirstModelKind, SimTime.Zero + SimDuration.FromNanoseconds(11)), (cause.MessageKind, cause.Time));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Escalate_ByTheParent_LeavesTheTopToDecide(bool below)
    {
        var household = new Household(below);
        household.Top.Decide = failure => failure.Path == "top/parent" ? SupervisionDirective.Restart : SupervisionDirective.Escalate;
        household.Feed(1, Household.Bad);
        household.Friend.OnStarted += p => p.SendTag(household.ToParent, 4, SimDuration.FromMicroseconds(1));

        RunResult result = household.Simulation.Run();

        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Equal(1, household.Parent.Restarts);
        Assert.Equal([4u], household.Parent.Tags);
        Assert.Equal(SupervisionDirective.Escalate, result.Failures.Single(f => f.Path == "top/parent/child").Directive);
        Assert.Equal(SupervisionDirective.Restart, result.Failures.Single(f => f.Path == "top/parent").Directive);
    }

    [Fact]
    public void Failure_OfATopActor_EndsTheRun()
    {
        var simulation = new Simulation();
        var alone = new Probe
        {
            OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(3)),
            OnMessage = (Probe _, ref Message _) => throw new FormatException("bad"),
        };
        simulation.Add("alone", alone);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(
            "alone failed at 3ns on a message of kind 16 from actor 1: FormatException: bad",
            Assert.Single(result.Failures).ToString());
    }

    [Fact]
    public void Failure_OfADecision_IsTheParentsOwn()
    {
        var household = new Household(below: false);
        household.Parent.Decide = _ => throw new FormatException("cannot decide");
        household.Top.Decide = _ => SupervisionDirective.Restart;
        household.Feed(Household.Bad);

        RunResult result = household.Simulation.Run();

        Assert.Equal("cannot decide", result.Failures.Single(f => f.Path == "top/parent").Reason);
        Assert.Equal("thirteen", result.Failures.Single(f => f.Path == "top/parent/child").Reason);
        Assert.Equal(1, household.Parent.Restarts);
    }

    [Fact]
    public void InvariantException_EndsTheRunWhateverTheParentSays()
    {
        var household = new Household(below: false);
        household.Parent.Decide = _ => SupervisionDirective.Restart;
        household.Child.OnMessage = (Probe _, ref Message _) => throw new InvariantException("broken");
        household.Feed(1);
        household.Friend.OnStarted += p => p.Timer(9, SimDuration.FromSeconds(1));

        RunResult result = household.Simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("broken", result.Failures[0].Reason);
        Assert.Empty(household.Friend.Tags);
    }

    [Fact]
    public void UnexpectedMessage_FailsWithItsKindSourceAndTime()
    {
        var simulation = new Simulation();
        var stranger = new Stranger();
        simulation.Add("stranger", stranger);

        simulation.Post(stranger, new Message { Kind = 200, Payload = -1 }, SimTime.Zero + SimDuration.FromNanoseconds(2));
        RunResult result = simulation.Run();

        Assert.Equal(
            "stranger got a message of kind 200 from actor 0 at 2ns, which it does not handle.",
            result.Failures[0].Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Escalate_OnTwoWorkers_GivesTheSameDigest(bool below)
    {
        static void Arrange(Household h) => h.Feed(1, Household.Bad);

        Assert.Equal(Household.DigestOf(below, 1, Arrange), Household.DigestOf(below, 2, Arrange));
    }

    [Fact]
    public void Failure_OfATopActorInOnStart_EndsTheRun()
    {
        var simulation = new Simulation();
        simulation.Add("broken", new Probe { OnStarted = _ => throw new FormatException("bad") });
        var other = new Probe { OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(5)) };
        simulation.Add("other", other);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Empty(other.Tags);
    }

    private sealed class Stranger : ComponentActor
    {
        protected override void Receive(ref Message message) => throw Unexpected(message);
    }
}
