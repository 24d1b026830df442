using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Software;

public sealed class SoftwareRestartTests
{
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

    [Fact]
    public void Restart_LeavesWhatTheFormerProgramAwaitedToTheDeadLetters()
    {
        var simulation = new Simulation();
        var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
        var server = new Probe();
        int runs = 0;
        var program = new Program(async p =>
        {
            if (++runs == 1)
            {
                p.Request(1); // nobody awaits this one: OnMessage gets it
                Task<ulong> never = p.Ask(2);
                Task late = p.Wait(30);
                await p.Wait(5);
                throw new FormatException("bad");
            }

            p.Note("got " + await p.Ask(3));
        })
        { OnOther = _ => { } };
        parent.Adopt("program", program);
        simulation.Add("parent", parent);
        simulation.Add("server", server);
        program.Server = simulation.Connect(program, server, 0, SimDuration.FromNanoseconds(5));
        Connection back = simulation.Connect(server, program, 0, SimDuration.FromNanoseconds(5));
        server.OnMessage = (Probe self, ref Message m) => self.Forward(ref m, back);

        RunResult result = simulation.Run();

        Assert.Equal(["15ns got 3"], program.Log);
        Assert.Equal((RunOutcome.Idle, 2L), (result.Outcome, result.DeadLetters));
    }

    [Fact]
    public void Restart_AfterAFailureInOnMessage_GivesUpTheRunningProgram()
    {
        var simulation = new Simulation();
        var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
        int runs = 0;
        var program = new Program(async p =>
        {
            int run = ++runs;
            await p.Wait(50);
            p.Note("run " + run);
        })
        { OnOther = _ => throw new FormatException("bad") };
        parent.Adopt("program", program);
        simulation.Add("parent", parent);
        simulation.Post(program, Probe.Make(99), SimTime.Zero + SimDuration.FromNanoseconds(20));

        simulation.Run();

        Assert.Equal(["70ns run 2"], program.Log);
        Assert.True(program.Completed);
    }
}
