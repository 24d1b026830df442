using Akka.Actor;
using Akka.Actor.Internal;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>What Akka keeps around a handler: who it is, who sent, what the message is; and the wall time that it may not use.</summary>
public sealed class AmbientSpecs : HostSpec
{
    [Fact]
    public void Handler_OfAComponent_RunsAsItsAkkaActor()
    {
        IActorRef? self = null;
        IActorRef? sender = null;
        ActorCell? before = InternalCurrentActorCellKeeper.Current;
        Friend.OnStarted = p => p.SendTag(ToParent, 1);
        Parent.OnMessage = (Probe _, ref Message _) =>
        {
            self = ActorCell.GetCurrentSelfOrNoSender();
            sender = ActorCell.GetCurrentSenderOrNoSender();
        };

        Run.Run();

        Assert.Equal((Ref(Parent), Ref(Friend)), (self, sender));
        Assert.Same(before, InternalCurrentActorCellKeeper.Current);
    }

    [Fact]
    public void Tell_ToSomebodyElseInAHandler_ComesFromTheComponent()
    {
        Friend.OnStarted = p => p.SendTag(ToParent, 1);
        Parent.OnMessage = (Probe _, ref Message _) => TestActor.Tell("hello");

        Run.Run();

        ExpectMsg("hello");
        Assert.Equal(Ref(Parent), LastSender);
    }

    [Fact]
    public void Envelope_KeptAndToldAgain_IsUnhandled()
    {
        object? kept = null;
        Friend.OnStarted = p => p.SendTag(ToParent, 1);
        Parent.OnMessage = (Probe _, ref Message _) => kept = InternalCurrentActorCellKeeper.Current!.CurrentMessage;
        Run.Run();
        Ref(Parent).Tell(kept!, TestActor);

        Run.Run();

        Assert.Equal(1, Host.Unhandled);
        Assert.Equal([1u], Parent.Tags);
    }

    [Fact]
    public void Scheduler_UsedByAComponent_FailsIt()
    {
        Friend.OnStarted = p => p.SendTag(ToParent, 1);
        Parent.OnMessage = (Probe _, ref Message _) => Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "late", ActorRefs.NoSender);

        RunResult result = Run.Run();

        ActorFailure failure = Assert.Single(result.Failures);
        Assert.True(failure.Is<NotSupportedException>());
        Assert.Contains("lives in simulated time", failure.Reason);
    }

    [Fact]
    public void Scheduler_UsedToTellAComponent_IsRefused()
    {
        StartAll();

        Assert.Throws<NotSupportedException>(
            () => Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromSeconds(1), Ref(Parent), "tick", TestActor));
    }

    [Fact]
    public void Scheduler_UsedByOthers_Works()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(20), TestActor, "tick", ActorRefs.NoSender);

        ExpectMsg("tick");
    }

    [Fact]
    public void ReceiveTimeout_OfAComponent_FailsItAtTheEndOfItsHandler()
    {
        Friend.OnStarted = p =>
        {
            p.SendTag(ToChild, 1);
            p.SendTag(ToChild, 2, Latency);
        };
        Parent.Decide = _ => SupervisionDirective.Restart;
        Child.OnMessage = (Probe _, ref Message m) =>
        {
            if (m.Tag == 1)
                InternalCurrentActorCellKeeper.Current!.SetReceiveTimeout(TimeSpan.FromSeconds(1));
        };

        RunResult result = Run.Run();

        Assert.True(Assert.Single(result.Failures).Is<NotSupportedException>());
        Assert.Equal([1u, 2u], Child.Tags);
        Assert.Equal(1, Child.Restarts);
    }
}
