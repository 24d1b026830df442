using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Software;

public sealed class SoftwareFailureTests
{
    [Fact]
    public void Exception_BeforeTheFirstAwait_FailsTheActorAtTimeZero()
    {
        RunResult result = Run(new Program(_ => throw new FormatException("bad")));

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(("bad", SimTime.Zero), (result.Failures[0].Reason, result.Failures[0].Time));
    }

    [Fact]
    public void Exception_AfterAnAwait_FailsTheActorThere()
    {
        var program = new Program(async p =>
        {
            await p.Wait(30);
            throw new FormatException("bad");
        });

        RunResult result = Run(program);

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("program", result.Failures[0].Path);
        Assert.Equal(SimTime.Zero + SimDuration.FromNanoseconds(30), result.Failures[0].Time);
        Assert.True(result.Failures[0].Is<FormatException>());
        Assert.False(program.Completed);
    }

    [Fact]
    public void Exception_ThatTheProgramHandles_IsNoFailure()
    {
        var program = new Program(async p =>
        {
            try
            {
                await p.Wait(30);
                throw new FormatException("bad");
            }
            catch (FormatException)
            {
                await p.Wait(1);
            }
        });

        Assert.Equal(RunOutcome.Idle, Run(program).Outcome);
        Assert.True(program.Completed);
    }

    [Fact]
    public void Await_OfSomethingForeign_FailsTheActor()
    {
        var foreign = new TaskCompletionSource();
        var program = new Program(async p =>
        {
            _ = p.Wait(100);
            await foreign.Task;
            p.Note("must not come here");
        });
        var simulation = new Simulation();
        simulation.Add("program", program);
        // Another actor has the foreign task completed in the middle of the run, by another thread.
        simulation.Add("other", new Probe
        {
            OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(50)),
            OnMessage = (Probe _, ref Message _) =>
            {
                var thread = new Thread(foreign.SetResult);
                thread.Start();
                thread.Join();
            },
        });

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        ActorFailure failure = Assert.Single(result.Failures);
        Assert.True(failure.Is<InvariantException>());
        Assert.Equal(
            "program awaited something that is not simulated: it completed outside of the actor's turn.",
            failure.Reason);
        Assert.Equal(SimTime.Zero + SimDuration.FromNanoseconds(100), failure.Time);
        Assert.Empty(program.Log);
    }

    [Fact]
    public void Await_OfWorkOnThePool_FailsTheActor()
    {
        using var gate = new ManualResetEventSlim();
        using var posted = new ManualResetEventSlim();
        var program = new Program(async p =>
        {
            _ = p.Wait(100);
            Task<int> work = Task.Run(() =>
            {
                gate.Wait();
                return 1;
            });
            Task use = Use(p, work);
            // Continuations run in the order in which they were added: when this one does, the program's has been posted.
            _ = work.ContinueWith(
                _ => posted.Set(),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            await use;
        });
        var simulation = new Simulation();
        simulation.Add("program", program);
        simulation.Add("other", new Probe
        {
            OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(50)),
            OnMessage = (Probe _, ref Message _) =>
            {
                gate.Set();
                Assert.True(posted.Wait(TimeSpan.FromSeconds(20)));
            },
        });

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.True(Assert.Single(result.Failures).Is<InvariantException>());
        Assert.Empty(program.Log);
    }

    [Fact]
    public void Failure_OfAProgram_IsItsParentsToDecide()
    {
        var simulation = new Simulation();
        var parent = new Probe { Decide = _ => SupervisionDirective.Stop };
        var program = new Program(_ => throw new FormatException("bad"));
        parent.Adopt("program", program);
        simulation.Add("parent", parent);

        RunResult result = simulation.Run();

        Assert.Equal((RunOutcome.Idle, SupervisionDirective.Stop), (result.Outcome, result.Failures[0].Directive));
        Assert.Equal(ActorState.Stopped, program.State);
    }

    [Fact]
    public void OperationCanceledException_ThatLeavesTheProgram_FailsTheActor()
    {
        RunResult result = Run(new Program(async p =>
        {
            await p.Wait(5);
            throw new OperationCanceledException("given up");
        }));

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("given up", Assert.Single(result.Failures).Reason);
    }

    private static async Task Use(Program program, Task<int> work) => program.Note("result " + await work);

    private static RunResult Run(Program program)
    {
        var simulation = new Simulation();
        simulation.Add("program", program);
        return simulation.Run();
    }
}
