using CxlTopology.Simulation.Tests.Actors;
using CxlTopology.Simulation.Tests.Software;

namespace CxlTopology.Simulation.Tests.KnownFaults;

public sealed class SoftwareFaults
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    // Cause: InTurn asks whether the program's task is faulted; an OperationCanceledException makes it cancelled instead. Fix: look at
    // IsCanceled too.
    [Fact]
    public void OperationCanceledException_ThatLeavesTheProgram_FailsTheActor()
    {
        var simulation = new Simulation();
        simulation.Add("program", new Program(async p =>
        {
            await p.Wait(5);
            throw new OperationCanceledException("given up");
        }));

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("given up", Assert.Single(result.Failures).Exception.Message);
    }

    // Cause: SoftwareActor has no OnRestart: nothing runs after one, and answers to the former program's questions still find their
    // entries. Fix: clear what is awaited, run the program anew.
    [Fact]
    public void Restart_RunsTheProgramAnew()
    {
        var simulation = new Simulation();
        var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
        int runs = 0;
        var program = new Program(async p =>
        {
            runs++;
            await p.Wait(5);
            if (runs == 1)
                throw new FormatException("bad");
        });
        parent.Adopt("program", program);
        simulation.Add("parent", parent);

        simulation.Run();

        Assert.Equal(2, runs);
        Assert.True(program.Completed);
    }

    // Cause: the answer is a copy; the message in hand keeps its payload and frees it when Receive returns, while the copy that was sent
    // on still names the lines: whoever takes them next writes into them, and they are freed twice. Fix: Receive takes the payload out of
    // the message in hand, and gives it back at the end of the turn unless the program sent it on.
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
}
