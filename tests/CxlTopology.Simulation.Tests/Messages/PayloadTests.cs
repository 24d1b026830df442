using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Messages;

public sealed class PayloadTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Theory]
    [InlineData(EngineKind.TurnWheel, 1)]
    [InlineData(EngineKind.TurnWheel, 2)]
    [InlineData(EngineKind.PlainQueue, 1)]
    public void Lines_SentOver_ArriveAsTheyWereWritten(EngineKind engine, int workers)
    {
        (Simulation simulation, Probe a, Probe b, Connection connection) = Pair(engine, workers);
        a.OnStarted = p =>
        {
            Message message = Probe.Make(1);
            for (byte i = 1; i <= 3; i++)
                p.Load(ref message).Fill(i);
            p.Forward(ref message, connection);
        };
        var seen = new List<byte>();
        b.OnMessage = (Probe self, ref Message m) =>
        {
            for (int slot = m.Payload; slot >= 0; slot = self.Following(slot))
            {
                Assert.Equal(64, self.Bytes(slot).Length);
                Assert.Equal(-1, self.Bytes(slot).IndexOfAnyExcept(self.Bytes(slot)[0]));
                seen.Add(self.Bytes(slot)[0]);
            }
        };

        simulation.Run();

        Assert.Equal([3, 2, 1], seen);
    }

    [Theory]
    [InlineData(EngineKind.TurnWheel)]
    [InlineData(EngineKind.PlainQueue)]
    public void Lines_OfMessagesThatEnd_AreUsedAgain(EngineKind engine)
    {
        // 20,000 messages of four lines pass through room for 1,024.
        var simulation = new Simulation(new SimulationOptions { Engine = engine, PayloadLinesMax = 1_024 });
        var probe = new Probe { OnStarted = p => p.Timer(0, Five) };
        probe.OnMessage = (Probe self, ref Message m) =>
        {
            Message next = Probe.Make(m.Tag + 1);
            for (int i = 0; i < 4; i++)
                self.Load(ref next);
            if (next.Tag <= 20_000)
                self.Later(ref next, Five);
            else
                self.Drop(ref next);
        };
        simulation.Add("probe", probe);

        Assert.Equal(RunOutcome.Idle, simulation.Run().Outcome);
    }

    [Fact]
    public void Lines_OfACancelledTimer_AreUsedAgain()
    {
        var simulation = new Simulation(new SimulationOptions { PayloadLinesMax = 1_024 });
        var probe = new Probe { OnStarted = p => p.Timer(0, Five) };
        probe.OnMessage = (Probe self, ref Message m) =>
        {
            Message never = Probe.Make(1);
            for (int i = 0; i < 4; i++)
                self.Load(ref never);
            Assert.True(self.TakeBack(self.Later(ref never, SimDuration.FromSeconds(1))));
            if (m.Argument++ < 20_000)
                self.Later(ref m, Five);
        };
        simulation.Add("probe", probe);

        Assert.Equal(RunOutcome.Idle, simulation.Run().Outcome);
    }

    [Theory]
    [InlineData(EngineKind.TurnWheel, 1)]
    [InlineData(EngineKind.TurnWheel, 2)]
    [InlineData(EngineKind.PlainQueue, 1)]
    public void Record_SentOver_IsTheSameObject(EngineKind engine, int workers)
    {
        (Simulation simulation, Probe a, Probe b, Connection connection) = Pair(engine, workers);
        object sent = new Version(3, 1);
        a.OnStarted = p =>
        {
            Message message = Probe.Make(1);
            p.Attach(ref message, sent);
            p.Forward(ref message, connection);
        };
        object? got = null;
        b.OnMessage = (Probe self, ref Message m) => got = self.Read<Version>(m);

        simulation.Run();

        Assert.Same(sent, got);
    }

    [Fact]
    public void Record_OfAMessageWithoutOne_EndsTheRun()
    {
        (Simulation simulation, Probe a, Probe b, Connection connection) = Pair(EngineKind.TurnWheel, 1);
        a.OnStarted = p => p.SendTag(connection, 1);
        b.OnMessage = (Probe self, ref Message m) => self.Read<Version>(m);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("A message of kind 16 reached b without the Version it should carry.", result.Failures[0].Reason);
    }

    [Fact]
    public void Record_OfAnotherType_EndsTheRun()
    {
        (Simulation simulation, Probe a, Probe b, Connection connection) = Pair(EngineKind.TurnWheel, 1);
        a.OnStarted = p =>
        {
            Message message = Probe.Make(1);
            p.Attach(ref message, "text");
            p.Forward(ref message, connection);
        };
        b.OnMessage = (Probe self, ref Message m) => self.Read<Version>(m);

        RunResult result = simulation.Run();

        Assert.Equal("A message of kind 16 reached b with a String for a Version.", result.Failures[0].Reason);
    }

    [Fact]
    public void Answer_ThatIsSentOn_KeepsItsLines()
    {
        var simulation = new Simulation();
        var source = new Probe();
        var sink = new Probe();
        Connection toSink = default;
        var program = new Courier(() => toSink);
        simulation.Add("source", source);
        simulation.Add("program", program);
        simulation.Add("sink", sink);
        Connection toProgram = simulation.Connect(source, program, 0, Five);
        toSink = simulation.Connect(program, sink, 0, Five * 10);
        source.OnStarted = p =>
        {
            Message message = Probe.Make(1);
            p.Load(ref message).Fill(7);
            p.Forward(ref message, toProgram);
            p.Timer(2, Five * 5);
        };
        source.OnMessage = (Probe self, ref Message m) => self.Load(ref m).Fill(9); // another line, while the first is on its way
        byte seen = 0;
        sink.OnMessage = (Probe self, ref Message m) => seen = self.Bytes(m.Payload)[0];

        simulation.Run();

        Assert.Equal(7, seen);
    }

    private sealed class Courier(Func<Connection> to) : SoftwareActor
    {
        protected override async Task RunAsync()
        {
            Message letter = await Answer(1);
            Send(ref letter, to());
        }
    }

    private static (Simulation Simulation, Probe A, Probe B, Connection Connection) Pair(EngineKind engine, int workers)
    {
        var simulation = new Simulation(
            new SimulationOptions { Engine = engine, Workers = workers, MessagesPerWindowMin = 0, OwnerOf = place => place });
        var a = new Probe();
        var b = new Probe();
        simulation.Add("a", a);
        simulation.Add("b", b);
        return (simulation, a, b, simulation.Connect(a, b, 0, Five));
    }
}
