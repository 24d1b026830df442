using Akka.Actor;
using Akka.Event;
using CxlTopology.Akka.Tests.Kernel;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>At the end every message was handled, or is a dead letter that was told of.</summary>
public sealed class ShutdownSpecs : HostSpec
{
    [Theory]
    [InlineData(EngineKind.TurnWheel)]
    [InlineData(EngineKind.PlainQueue)]
    public void Dispose_WithMessagesPending_MakesDeadLettersOfThem(EngineKind engine)
    {
        AkkaHost host = Hosts.New();
        var run = new Simulation.Simulation(new SimulationOptions { Host = host, Engine = engine });
        var clock = new Probe
        {
            OnStarted = p =>
            {
                for (uint i = 1; i <= 100; i++)
                    p.Timer(i, SimDuration.FromNanoseconds(i));
                p.TakeBack(p.Timer(101, Latency));
            },
        };
        run.Add("clock", clock);
        run.Run(Nanosecond(40));
        Assert.Equal((40, 0L), (clock.Tags.Count, host.DeadLetters));

        host.Dispose();

        Assert.Equal(60, host.DeadLetters);
    }

    [Fact]
    public void Dispose_WithMessagesWaitingAtASuspendedActor_MakesDeadLettersOfThem()
    {
        Parent.Decide = _ => SupervisionDirective.Restart;
        Friend.OnStarted = p =>
        {
            p.SendTag(ToBelow, Bad);
            p.SendTag(ToBelow, 1, SimDuration.FromNanoseconds(1));
            p.SendTag(ToBelow, 2, SimDuration.FromNanoseconds(2));
        };
        Run.Run(Nanosecond(15));
        Assert.Equal(ActorState.Suspended, Below.State);

        Host.Dispose();

        Assert.Equal(3, Host.DeadLetters); // the two, and the report of the failure, which was under way
    }

    [Fact]
    public void Messages_ToldByThreadsWhileTheRunEnds_AreHandledOrDeadLetters()
    {
        const int Each = 2_000;
        Friend.OnStarted = p => p.Timer(1, Latency);
        Friend.OnMessage = (Probe self, ref Message m) => self.Later(ref m, SimDuration.FromNanoseconds(100));
        Child.OnMessage = null;
        StartAll();
        IActorRef child = Ref(Child);
        var tellers = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
                child.Tell(new OutsideMessage(Probe.Make(7)), ActorRefs.NoSender);
        })).ToArray();
        foreach (Thread teller in tellers)
            teller.Start();
        for (int part = 1; part <= 20; part++)
            Run.Run(Nanosecond(part * 10_000));
        foreach (Thread teller in tellers)
            teller.Join();
        int handled = Child.Tags.Count;

        Host.Dispose();

        Assert.Equal(3 * Each, handled + (int)Host.DeadLetters - 1); // the one is the timer
        Assert.Equal(0, Host.Unhandled);
    }

    [Fact]
    public void Terminate_OfTheActorSystemDuringTheRun_StopsTheRun()
    {
        Friend.OnStarted = p => p.Timer(1, Latency);
        Task? end = null;
        Friend.OnMessage = (Probe self, ref Message m) =>
        {
            end ??= Sys.Terminate();
            self.Later(ref m, SimDuration.FromMicroseconds(1)); // for ever
        };

        RunResult result = Run.Run();

        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.False(end!.IsCompleted);
        Host.Dispose();
        Assert.True(end.IsCompleted);
    }

    [Fact]
    public void Dispose_OfAHostThatNeverRan_EndsItsSystem()
    {
        AkkaHost host = Hosts.New();

        host.Dispose();
        host.Dispose();

        Assert.True(host.System.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void Run_AfterTheHostIsDisposedOf_IsRefused()
    {
        StartAll();
        Host.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Run.Run());
    }

    [Fact]
    public void DeadLetters_OfARun_AreCountedToldOfAndLogged()
    {
        Parent.Decide = _ => SupervisionDirective.Stop;
        Friend.OnStarted = p =>
        {
            p.SendTag(ToChild, Bad);
            for (uint i = 1; i <= 30; i++)
                p.SendTag(ToChild, i, Latency);
        };
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        RunResult result = Run.Run();

        Assert.Equal((30L, 30L), (result.DeadLetters, Host.DeadLetters));
        Assert.Equal(30, ReceiveN(30).Count);
        Host.Dispose();
        Assert.Contains("30 messages were dead letters, 0 were told to who does not handle their like.", Written);
    }
}
