using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

public sealed class InsideComponentTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Theory]
    [InlineData(EngineKind.TurnWheel)]
    [InlineData(EngineKind.PlainQueue)]
    public void SendInside_WithoutDelay_JoinsWhatIsPendingByKey(EngineKind engine)
    {
        var simulation = new Simulation(new SimulationOptions { Engine = engine });
        var parent = new Probe();
        var child = new Probe();
        var later = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        simulation.Add("later", later);
        Connection toParent = simulation.Connect(later, parent, 0, Five);
        var order = new List<string>();
        // At 5 ns two messages of the higher id wait; what the parent sends to its child then has a lower source and goes between them.
        later.OnStarted = p =>
        {
            p.SendTag(toParent, 1);
            p.SendTag(toParent, 2);
        };
        parent.OnMessage = (Probe self, ref Message m) =>
        {
            order.Add("parent " + m.Tag);
            if (m.Tag == 1)
                self.SendTagInside(child, 7, SimDuration.Zero);
        };
        child.OnMessage = (Probe _, ref Message m) => order.Add("child " + m.Tag);

        RunResult result = simulation.Run();

        Assert.Equal(["parent 1", "child 7", "parent 2"], order);
        Assert.Equal(SimTime.Zero + Five, result.End);
    }

    [Fact]
    public void SendInside_WithoutDelayFromAHigherSource_WaitsForTheLower()
    {
        var simulation = new Simulation();
        var parent = new Probe();
        var child = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        var order = new List<string>();
        // Both timers are due at 5 ns; the child's zero-delay message has the child's id and so comes after the parent's second timer.
        parent.OnStarted = p =>
        {
            p.Timer(1, Five);
            p.Timer(2, Five);
        };
        parent.OnMessage = (Probe self, ref Message m) =>
        {
            order.Add("parent " + m.Tag);
            if (m.Tag == 1)
                self.Hand(child, ref m);
        };
        child.OnMessage = (Probe self, ref Message m) =>
        {
            order.Add("child " + m.Tag);
            if (m.Tag == 1)
                self.SendTagInside(parent, 9, SimDuration.Zero);
        };

        simulation.Run();

        Assert.Equal(["parent 1", "child 1", "parent 2", "parent 9"], order);
    }

    [Fact]
    public void SendInside_ShorterThanABucket_KeepsTimeOrderInTheTurn()
    {
        var simulation = new Simulation(new SimulationOptions { BucketShift = 24 });
        var parent = new Probe();
        var child = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        parent.OnStarted = p =>
        {
            p.SendTagInside(child, 3, SimDuration.FromPicoseconds(30));
            p.SendTagInside(child, 1, SimDuration.FromPicoseconds(10));
            p.SendTagInside(child, 4, SimDuration.FromNanoseconds(40));
        };
        child.OnMessage = (Probe self, ref Message m) =>
        {
            if (m.Tag == 1)
                self.SendTagInside(child, 2, SimDuration.FromPicoseconds(10));
        };

        simulation.Run();

        Assert.Equal([1u, 2u, 3u, 4u], child.Tags);
    }

    [Fact]
    public void HandOver_ToAChild_ActsUnderTheChildsIdentity()
    {
        var simulation = new Simulation();
        var parent = new Probe();
        var child = new Probe();
        var sink = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        simulation.Add("sink", sink);
        Connection down = simulation.Connect(child, sink, 0, Five);
        parent.OnStarted = p => p.Timer(1, Five);
        parent.OnMessage = (Probe self, ref Message m) => self.Hand(child, ref m);
        child.OnMessage = (Probe self, ref Message m) => self.Forward(ref m, down);
        int source = 0;
        sink.OnMessage = (Probe _, ref Message m) => source = m.Source;

        RunResult result = simulation.Run();

        Assert.Equal(child.Id, source);
        Assert.Equal(2, result.Events); // handing over is not an event of its own
        Assert.Equal(SimTime.Zero + Five * 2, result.End);
    }

    [Fact]
    public void HandOver_ThenMore_GoesOnUnderTheParentsIdentity()
    {
        var simulation = new Simulation();
        var parent = new Probe();
        var child = new Probe();
        var sink = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        simulation.Add("sink", sink);
        Connection fromParent = simulation.Connect(parent, sink, 0, Five);
        parent.OnStarted = p => p.Timer(1, Five);
        parent.OnMessage = (Probe self, ref Message m) =>
        {
            self.Hand(child, ref m);
            self.SendTag(fromParent, 5);
        };
        int source = 0;
        sink.OnMessage = (Probe _, ref Message m) => source = m.Source;

        simulation.Run();

        Assert.Equal(parent.Id, source);
    }

    [Fact]
    public void HandOver_ToAnotherComponent_EndsTheRun()
    {
        var simulation = new Simulation();
        var here = new Probe();
        var there = new Probe();
        simulation.Add("here", here);
        simulation.Add("there", there);
        here.OnStarted = p => p.Timer(1, Five);
        here.OnMessage = (Probe self, ref Message m) => self.Hand(there, ref m);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains(
            "inside its own component only; there is in another",
            result.Failures[0].Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SendInside_ToAnotherComponent_EndsTheRun()
    {
        var simulation = new Simulation();
        var here = new Probe();
        var there = new Probe();
        simulation.Add("here", here);
        simulation.Add("there", there);
        here.OnStarted = p => p.Timer(1, Five);
        here.OnMessage = (Probe self, ref Message m) => self.Inside(there, ref m, Five);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.True(result.Failures[0].Is<InvariantException>());
        Assert.Empty(there.Tags);
    }

    [Fact]
    public void AttachReserved_InTheRun_ActsUnderItsReservedId()
    {
        var simulation = new Simulation();
        int reserved = 0;
        var parent = new Probe { OnPlaced = p => reserved = p.SetAside(2) };
        var after = new Probe();
        simulation.Add("parent", parent);
        simulation.Add("after", after);
        Connection toAfter = simulation.Connect(parent, after, 0, Five);
        var late = new Probe();
        parent.OnStarted = p => p.Timer(1, Five);
        parent.OnMessage = (Probe self, ref Message m) =>
        {
            self.AdoptLate(reserved + 1, "late", late);
            self.Hand(late, ref m);
        };
        late.OnMessage = (Probe self, ref Message m) => self.Forward(ref m, toAfter);
        int source = 0;
        after.OnMessage = (Probe _, ref Message m) => source = m.Source;

        simulation.Run();

        Assert.Equal(reserved + 1, source);
        Assert.Equal("parent/late", late.Path);
        Assert.Equal(reserved + 2, after.Id);
        Assert.Same(late, simulation.Find("parent/late"));
    }
}
