using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Wiring;

public sealed class ConnectTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Fact]
    public void Connect_ShorterThanANanosecond_IsRefused()
    {
        (Simulation simulation, Probe a, Probe b) = Pair();

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Connect(a, b, 0, SimDuration.FromPicoseconds(999)));

        Assert.Equal("The connection from a to b takes 999ps; between components it must take at least 1ns.", refused.Message);
    }

    [Fact]
    public void Connect_OfANanosecond_IsTaken()
    {
        (Simulation simulation, Probe a, Probe b) = Pair();

        Connection connection = simulation.Connect(a, b, 3, SimDuration.FromNanoseconds(1));

        Assert.Equal(
            (true, b.Id, (ushort)3, SimDuration.FromNanoseconds(1)),
            (connection.IsWired, connection.Destination, connection.Port, connection.Latency));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999_999)]
    public void Connect_InsideAComponent_TakesAnyDelay(long femtoseconds)
    {
        var simulation = new Simulation();
        var parent = new Probe();
        var child = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);
        Connection inside = simulation.Connect(parent, child, 0, new SimDuration(femtoseconds));
        parent.OnStarted = p => p.SendTag(inside, 1);

        RunResult result = simulation.Run();

        Assert.Equal(new SimTime(femtoseconds), result.End);
        Assert.Equal([1u], child.Tags);
    }

    [Fact]
    public void Connect_IntoThePastInsideAComponent_IsRefused()
    {
        var simulation = new Simulation();
        var parent = new Probe();
        var child = new Probe();
        parent.Adopt("child", child);
        simulation.Add("parent", parent);

        Assert.Throws<WiringException>(() => simulation.Connect(parent, child, 0, new SimDuration(-1)));
    }

    [Fact]
    public void Connect_OfAnActorNotAdded_IsRefused()
    {
        (Simulation simulation, Probe a, _) = Pair();

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Connect(a, new Probe(), 0, Five));

        Assert.StartsWith("Both ends of a connection must be added first", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_OfAnActorOfAnotherSimulation_IsRefused()
    {
        (Simulation simulation, Probe a, _) = Pair();
        (_, Probe stranger, _) = Pair();

        Assert.Throws<WiringException>(() => simulation.Connect(a, stranger, 0, Five));
    }

    [Fact]
    public void Connect_AfterTheStart_IsRefused()
    {
        (Simulation simulation, Probe a, Probe b) = Pair();
        simulation.Run();

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Connect(a, b, 0, Five));

        Assert.Equal("a and b cannot be connected once the run has started.", refused.Message);
    }

    [Fact]
    public void Connection_ThatIsDefault_LeadsNowhere()
    {
        Connection nowhere = default;

        Assert.False(nowhere.IsWired);
        Assert.Equal(-1, nowhere.Destination);
    }

    [Fact]
    public void Send_OverAConnectionToNowhere_EndsTheRun()
    {
        (Simulation simulation, Probe a, _) = Pair();
        a.OnStarted = p => p.Timer(1, Five);
        a.OnMessage = (Probe self, ref Message m) => self.Forward(ref m, default);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("a would send over a port that nothing is connected to, at 5ns.", result.Failures[0].Reason);
    }

    [Fact]
    public void Send_LeavingBeforeNow_EndsTheRun()
    {
        (Simulation simulation, Probe a, Probe b) = Pair();
        Connection connection = simulation.Connect(a, b, 0, Five);
        a.OnStarted = p => p.Timer(1, Five);
        a.OnMessage = (Probe self, ref Message _) => self.SendTag(connection, 2, new SimDuration(-1));

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("a would send at 4999999fs, before now (5ns).", result.Failures[0].Reason);
    }

    [Fact]
    public void Send_OverAConnection_ArrivesAtItsPort()
    {
        (Simulation simulation, Probe a, Probe b) = Pair();
        Connection connection = simulation.Connect(a, b, 65_535, Five);
        a.OnStarted = p => p.SendTag(connection, 1);
        int port = 0;
        b.OnMessage = (Probe _, ref Message m) => port = m.Port;

        simulation.Run();

        Assert.Equal(65_535, port);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void Connect_WithAPortOutOfRange_IsRefused(int port)
    {
        (Simulation simulation, Probe a, Probe b) = Pair();

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Connect(a, b, port, Five));

        Assert.Equal($"The connection from a to b has port {port}; ports go from 0 to 65535.", refused.Message);
    }

    private static (Simulation Simulation, Probe A, Probe B) Pair()
    {
        var simulation = new Simulation();
        var a = new Probe();
        var b = new Probe();
        simulation.Add("a", a);
        simulation.Add("b", b);
        return (simulation, a, b);
    }
}
