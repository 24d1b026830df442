using Akka.Actor;
using Akka.Event;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>What outsiders tell components.</summary>
public sealed class OutsideSpecs() : HostSpec(new AkkaHostOptions { OutsideMax = 4 })
{
    [Fact]
    public void OutsideMessage_ToldBeforeAPartOfTheRun_IsHandledAtTheTimeOfTheLastMessage()
    {
        Friend.OnStarted = p => p.SendTag(ToParent, 1);
        Run.Run();
        Ref(Parent).Tell(new OutsideMessage(Probe.Make(2)), TestActor);

        Run.Run();

        Assert.Equal([1u, 2u], Parent.Tags);
        Assert.Equal([Nanosecond(10), Nanosecond(10)], Parent.Times);
    }

    [Fact]
    public void OutsideMessage_ToldInTheLastWindow_IsStillHandled()
    {
        Friend.OnStarted = p => p.Timer(1, Latency);
        Friend.OnMessage = (Probe _, ref Message _) => Ref(Parent).Tell(new OutsideMessage(Probe.Make(2)));

        Assert.Equal(RunOutcome.Idle, Run.Run(Nanosecond(10)).Outcome);

        Assert.Equal([2u], Parent.Tags);
    }

    [Fact]
    public void OutsideMessages_OfOneTeller_KeepTheirOrder()
    {
        StartAll();
        for (uint i = 1; i <= 4; i++)
            Ref(Below).Tell(new OutsideMessage(Probe.Make(i)), TestActor);

        Run.Run();

        Assert.Equal([1u, 2u, 3u, 4u], Below.Tags);
    }

    [Fact]
    public void OutsideMessage_ToASuspendedActor_Waits()
    {
        Parent.Decide = _ => SupervisionDirective.Restart;
        Friend.OnStarted = p => p.SendTag(ToBelow, Bad);
        Run.Run(Nanosecond(12));
        Ref(Below).Tell(new OutsideMessage(Probe.Make(1)), TestActor);
        Run.Run(Nanosecond(29));
        Assert.Equal([Bad], Below.Tags);

        Run.Run();

        Assert.Equal([Bad, 1u], Below.Tags);
        Assert.Equal(Nanosecond(30), Below.Times[1]);
    }

    [Fact]
    public void Stranger_ToldToASuspendedActor_WaitsInItsMailbox()
    {
        Parent.Decide = _ => SupervisionDirective.Restart;
        Friend.OnStarted = p => p.SendTag(ToBelow, Bad);
        Run.Run(Nanosecond(12));
        Ref(Below).Tell("hello", TestActor);
        Run.Run(Nanosecond(29));
        Assert.Equal(0, Host.Unhandled);
        Assert.Equal(1, ((LocalActorRef)Ref(Below)).Cell.NumberOfMessages);

        Run.Run();

        Assert.Equal(1, Host.Unhandled);
    }

    [Fact]
    public void Stranger_ToldToAComponent_IsUnhandled()
    {
        StartAll();
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        Ref(Parent).Tell("hello", TestActor);
        Ref(Parent).Tell(new OutsideMessage(new Message { Kind = 2 }), TestActor);

        Run.Run();

        Assert.Equal("hello", ExpectMsg<UnhandledMessage>().Message);
        Assert.IsType<OutsideMessage>(ExpectMsg<UnhandledMessage>().Message);
        Assert.Equal((2L, 0), (Host.Unhandled, Parent.Tags.Count));
    }

    [Fact]
    public void OutsideMessages_PastTheBound_AreDeadLetters()
    {
        StartAll();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        for (uint i = 1; i <= 6; i++)
            Ref(Below).Tell(new OutsideMessage(Probe.Make(i)), TestActor);
        ReceiveN(2);

        Run.Run();

        Assert.Equal([1u, 2u, 3u, 4u], Below.Tags);
        Assert.Equal(2, Host.DeadLetters);
    }

    [Fact]
    public void OutsideMessage_ToARemovedComponent_IsADeadLetter()
    {
        StartAll();
        Sys.Stop(Ref(Below));
        Run.Run();
        Ref(Below).Tell(new OutsideMessage(Probe.Make(1)), TestActor);

        Run.Run();

        Assert.Equal(1, Host.DeadLetters);
    }

    [Fact]
    public void Identify_OfAComponent_IsAnswered()
    {
        StartAll();
        Ref(Parent).Tell(new Identify(3), TestActor);

        Run.Run();

        Assert.Equal(Ref(Parent), ExpectMsg<ActorIdentity>().Subject);
    }
}
