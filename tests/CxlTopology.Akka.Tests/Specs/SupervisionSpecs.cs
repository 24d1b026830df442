using Akka.Actor;
using Akka.Event;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>Akka's supervision asks the parent, and does what it says when the kernel says.</summary>
public sealed class SupervisionSpecs : HostSpec
{
    [Fact]
    public void Tree_OfAStartedRun_MirrorsThePaths()
    {
        StartAll();

        Assert.Equal("akka://cxltopology/user/simulation/parent/child", Ref(Child).Path.ToString());
        Assert.Equal("akka://cxltopology/user/simulation/parent/below", Ref(Below).Path.ToString());
        Assert.Equal(["below", "child"], ((LocalActorRef)Ref(Parent)).Cell.GetChildren().Select(c => c.Path.Name).Order());
    }

    [Fact]
    public void Restart_OfAChild_MakesANewAkkaActorAndKeepsTheReference()
    {
        Parent.Decide = _ => SupervisionDirective.Restart;
        Friend.OnStarted = p => p.SendTag(ToChild, Bad);
        StartAll();
        IActorRef before = Ref(Child);
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));

        RunResult result = Run.Run();

        Assert.Equal((1, ActorState.Running), (Child.Restarts, Child.State));
        Assert.Same(before, Ref(Child));
        Warning said = ExpectMsg<Warning>();
        Assert.Equal(typeof(FormatException), said.Cause.GetType());
        Assert.EndsWith("FormatException: thirteen: Restart", said.Message.ToString());
        Assert.Equal(SupervisionDirective.Restart, Assert.Single(result.Failures).Directive);
    }

    [Fact]
    public void Restart_OfAComponentBelow_TakesTheTimeOfReportAndDirective()
    {
        Parent.Decide = _ => SupervisionDirective.Restart;
        Friend.OnStarted = p =>
        {
            p.SendTag(ToBelow, Bad);
            for (uint i = 1; i <= 25; i++)
                p.SendTag(ToBelow, 100 + i, SimDuration.FromNanoseconds(i));
        };

        Run.Run();

        Assert.Equal(Nanosecond(20), Parent.Asked.Select(f => f.Time + Latency).Single());
        Assert.Equal(Enumerable.Range(101, 25).Select(t => (uint)t).Prepend(Bad), Below.Tags);
        Assert.Equal(20, Below.Times.Count(t => t == Nanosecond(30))); // what waited comes at the restart, after two latencies
    }

    [Fact]
    public void Restart_OfAParent_LeavesWhatIsBelowAlone()
    {
        var top = new Simulation.Simulation(new SimulationOptions { Host = Kernel.Hosts.New() });
        var owner = new Probe { Decide = _ => SupervisionDirective.Restart };
        var middle = new Probe { OnMessage = (Probe _, ref Message _) => throw new FormatException("middle") };
        var leaf = new Probe { OnStarted = p => p.Timer(7, SimDuration.FromNanoseconds(15)) };
        top.Add("owner", owner);
        top.Add("middle", middle, owner);
        top.Add("leaf", leaf, middle);
        top.Post(middle, Probe.Make(1), Nanosecond(5));

        top.Run();

        Assert.Equal((1, 0), (middle.Restarts, leaf.Restarts));
        Assert.Equal([7u], leaf.Tags);
        Assert.Equal([Nanosecond(15)], leaf.Times);
    }

    [Fact]
    public void Stop_OfAChild_EndsItsAkkaActorAndCountsWhatComesLater()
    {
        Parent.Decide = _ => SupervisionDirective.Stop;
        Friend.OnStarted = p =>
        {
            p.SendTag(ToChild, Bad);
            p.SendTag(ToChild, 5, Latency);
        };
        StartAll();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        IActorRef child = Ref(Child);

        RunResult result = Run.Run();

        Assert.Equal((1, ActorState.Stopped, 1L), (Child.Stops, Child.State, result.DeadLetters));
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(5u, ((UndeliveredMessage)letter.Message).Message.Tag);
        Assert.Equal((Ref(Friend), child), (letter.Sender, letter.Recipient));
        Assert.Equal(1, Host.DeadLetters);
        Assert.True(((LocalActorRef)child).Cell.IsTerminated);
    }

    [Fact]
    public void Escalate_ByAParent_FailsTheParentToo()
    {
        Friend.OnStarted = p => p.SendTag(ToChild, Bad);
        Parent.Decide = _ => SupervisionDirective.Escalate;

        RunResult result = Run.Run();

        Assert.Equal(["parent", "parent/child"], result.Failures.Select(f => f.Path).Order());
        Assert.Equal(RunOutcome.Failed, result.Outcome);
    }

    [Fact]
    public void Escalate_PastTheTop_ReachesAkkasGuardianAndFailsTheRun()
    {
        Friend.OnStarted = _ => throw new FormatException("no way");
        Sys.EventStream.Subscribe(TestActor, typeof(Error));

        RunResult result = Run.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Error said = ExpectMsg<Error>();
        Assert.Equal("/user/simulation", new Uri(said.LogSource).AbsolutePath);
        Assert.IsType<FormatException>(said.Cause.InnerException);
        Assert.Contains("friend failed at 0ns", said.Message.ToString());
    }

    [Fact]
    public void Failure_InAHandOver_IsTheChilds()
    {
        Parent.OnMessage = (Probe self, ref Message m) => self.Hand(Child, ref m);
        Parent.Decide = _ => SupervisionDirective.Restart;
        Friend.OnStarted = p => p.SendTag(ToParent, Bad);

        RunResult result = Run.Run();

        Assert.Equal("parent/child", Assert.Single(result.Failures).Path);
        Assert.Equal((0, 1), (Parent.Restarts, Child.Restarts));
    }

    [Fact]
    public void Child_MadeDuringTheRun_IsAnAkkaActorFromThenOn()
    {
        int id = 0;
        var late = new Probe { OnMessage = (Probe _, ref Message _) => throw new FormatException("late") };
        var run = new Simulation.Simulation(new SimulationOptions { Host = Kernel.Hosts.New() });
        var keeper = new Probe
        {
            OnPlaced = p => id = p.SetAside(1),
            OnMessage = (Probe self, ref Message m) =>
            {
                if (late.Id == 0)
                    self.AdoptLate(id, "late", late);
                self.Hand(late, ref m);
            },
            Decide = _ => SupervisionDirective.Restart,
        };
        run.Add("keeper", keeper);
        run.Post(keeper, Probe.Make(1), Nanosecond(1));
        run.Post(keeper, Probe.Make(2), Nanosecond(2));

        run.Run();

        Assert.Equal((2, 0), (late.Restarts, keeper.Restarts));
        Assert.Equal("/user/simulation/keeper/late", ((AkkaHost)run.Options.Host!).ReferenceOf(late).Path.ToStringWithoutAddress());
    }

    [Fact]
    public void Failure_AtTheStart_IsNeverTooEarlyForAkka()
    {
        // The root is started by the guardian's thread; many hosts give it the chance to be late.
        for (int i = 0; i < 30; i++)
        {
            using AkkaHost host = Kernel.Hosts.New();
            var run = new Simulation.Simulation(new SimulationOptions { Host = host });
            run.Add("hasty", new Probe { OnStarted = _ => throw new FormatException("at once") });

            Assert.Equal(RunOutcome.Failed, run.Run().Outcome);
        }
    }
}
