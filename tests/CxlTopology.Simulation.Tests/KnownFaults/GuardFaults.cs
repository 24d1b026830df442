using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.KnownFaults;

/// <summary>Mistakes of a caller that should be told and are not.</summary>
public sealed class GuardFaults
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    // Cause: a message without a kind (the default of the struct) looks like a cancelled timer: it vanishes, and the run never gets idle.
    // Fix: Send, Schedule, SendInside and Post refuse kinds below FirstModelKind from models (one comparison).
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Send_OfAKernelKind_EndsTheRun(byte kind)
    {
        var simulation = new Simulation();
        var a = new Probe();
        var b = new Probe();
        simulation.Add("a", a);
        simulation.Add("b", b);
        Connection connection = simulation.Connect(a, b, 0, Five);
        a.OnStarted = p => p.Timer(1, Five);
        a.OnMessage = (Probe self, ref Message _) =>
        {
            var message = new Message { Kind = kind, Payload = -1 };
            self.Forward(ref message, connection);
        };

        Assert.Equal(RunOutcome.Failed, simulation.Run().Outcome);
    }

    // Cause: departure + latency leaves the range unnoticed and becomes negative. Fix: compare the sum with the departure in
    // Partition.Send's callers, or with now.
    [Fact]
    public void Send_ThatArrivesPastTheRange_EndsTheRun()
    {
        var simulation = new Simulation();
        var a = new Probe();
        var b = new Probe();
        simulation.Add("a", a);
        simulation.Add("b", b);
        Connection connection = simulation.Connect(a, b, 0, Five);
        a.OnStarted = p => p.Timer(1, Five);
        a.OnMessage = (Probe self, ref Message _) => self.SendTag(connection, 2, SimTime.MaxValue - self.Clock);

        Assert.Equal(RunOutcome.Failed, simulation.Run().Outcome);
    }

    // Cause: slots are taken in batches of 256, and a batch that does not fit whole is refused. Fix: round the limit up to batches and
    // say so, or hand out what is left.
    [Fact]
    public void MessagesMax_OfAHundred_AllowsOne()
    {
        var simulation = new Simulation(new SimulationOptions { MessagesMax = 100 });
        var probe = new Probe();
        simulation.Add("probe", probe);
        simulation.Post(probe, Probe.Make(1), SimTime.Zero);

        Assert.Equal(RunOutcome.Idle, simulation.Run().Outcome);
    }

    // Cause: reporting a failure needs a slot and a record; where the limit was reached there is none, and the second exception leaves
    // Run as it is (on several workers as an InvariantException). Fix: OnException does not report to the parent what ends the run
    // anyway.
    [Fact]
    public void Limit_ReachedByAChildAtTheStart_IsAFailedRun()
    {
        var simulation = new Simulation(new SimulationOptions { MessagesMax = 512 });
        var parent = new Probe();
        var child = new Probe
        {
            OnStarted = p =>
            {
                while (true)
                    p.Timer(1, Five);
            },
        };
        parent.Adopt("child", child);
        simulation.Add("parent", parent);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.IsType<SimulationLimitException>(result.Failures[0].Exception);
    }

    // Cause: Post uses the actor's partition before asking whether it has one. Fix: refuse an actor whose simulation is not this one.
    [Fact]
    public void Post_ToAnActorNotAdded_IsRefused() =>
        Assert.Throws<WiringException>(() => new Simulation().Post(new Probe(), Probe.Make(1), SimTime.Zero));

    // Cause: a checked conversion. Fix: a WiringException that names both ends and the range.
    [Theory]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void Connect_WithAPortOutOfRange_IsRefused(int port)
    {
        var simulation = new Simulation();
        var a = new Probe();
        var b = new Probe();
        simulation.Add("a", a);
        simulation.Add("b", b);

        Assert.Throws<WiringException>(() => simulation.Connect(a, b, port, Five));
    }

    // Cause: the chain of nothing and zero is zero again. Fix: a digest starts from a constant.
    [Fact]
    public void RunDigest_OfTwoZeros_DiffersFromThatOfOne()
    {
        var one = default(RunDigest);
        var two = default(RunDigest);
        one.Add(0UL);
        two.Add(0UL);
        two.Add(0UL);

        Assert.NotEqual(one.Value, two.Value);
    }

    // Cause: AttachReserved believes any id. Fix: refuse one that was not set aside by this actor, is taken, or an actor that has a place.
    [Fact]
    public void AttachReserved_UnderAnIdInUse_EndsTheRun()
    {
        var simulation = new Simulation();
        var probe = new Probe { OnPlaced = p => p.SetAside(1), OnStarted = p => p.Timer(1, Five) };
        var victim = new Probe();
        simulation.Add("probe", probe);
        simulation.Add("victim", victim);
        probe.OnMessage = (Probe self, ref Message _) => self.AdoptLate(victim.Id, "usurper", new Probe());

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Same(victim, simulation.Find("victim"));
    }
}
