using Akka.Actor;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>Death watch tells of components that are removed, whoever removes them.</summary>
public sealed class RemovalSpecs : HostSpec
{
    [Fact]
    public void Watcher_OfAComponentThatItsParentStops_HearsOfIt()
    {
        Parent.Decide = _ => SupervisionDirective.Stop;
        Friend.OnStarted = p => p.SendTag(ToBelow, Bad);
        StartAll();
        Watch(Ref(Below));

        Run.Run();

        ExpectTerminated(Ref(Below));
        Assert.Equal([new ComponentRemoval("parent/below", Nanosecond(30))], Host.Removals);
    }

    [Fact]
    public void Parent_ThatIsStoppedAboveALivingComponent_EndsWithTheLastBelow()
    {
        var host = Kernel.Hosts.New();
        var run = new Simulation.Simulation(new SimulationOptions { Host = host });
        var owner = new Probe { Decide = _ => SupervisionDirective.Stop };
        var middle = new Probe { OnMessage = (Probe _, ref Message _) => throw new FormatException("middle") };
        var leaf = new Probe
        {
            OnMessage = (Probe _, ref Message m) =>
            {
                if (m.Tag == Bad)
                    throw new FormatException("leaf");
            },
        };
        run.Add("owner", owner);
        run.Add("middle", middle, owner);
        run.Add("leaf", leaf, middle);
        run.Post(middle, Probe.Make(1), Nanosecond(1));
        run.Post(leaf, Probe.Make(2), Nanosecond(100_000));
        run.Run();

        Assert.Equal((ActorState.Stopped, ActorState.Running), (middle.State, leaf.State));
        Assert.Equal([2u], leaf.Tags); // it goes on below a stopped one, as it does without Akka
        Assert.Empty(host.Removals);

        run.Post(leaf, Probe.Make(Bad), Nanosecond(200_000));
        run.Run();

        Assert.Equal(["owner/middle", "owner/middle/leaf"], host.Removals.Select(r => r.Path).Order());
    }

    [Fact]
    public void Stop_FromOutside_RemovesTheComponentBetweenTwoWindows()
    {
        Friend.OnStarted = p =>
        {
            p.SendTag(ToChild, 1);
            p.Timer(2, Latency);
            p.SendTag(ToChild, 3, SimDuration.FromMicroseconds(50));
        };
        Friend.OnMessage = (Probe _, ref Message _) => Sys.Stop(Ref(Child));
        StartAll();
        Watch(Ref(Child));

        RunResult result = Run.Run();

        ExpectTerminated(Ref(Child));
        Assert.Equal([1u], Child.Tags);
        Assert.Equal((1, ActorState.Stopped, 1L), (Child.Stops, Child.State, result.DeadLetters));
        Assert.Equal(Latency, Host.Removals.Single().Time - SimTime.Zero); // the time of the last message handled by then
    }

    [Fact]
    public void PoisonPill_FromOutside_RemovesTheComponent()
    {
        StartAll();
        Watch(Ref(Below));
        Ref(Below).Tell(PoisonPill.Instance, TestActor);

        Run.Run();

        ExpectTerminated(Ref(Below));
        Assert.Equal(ActorState.Stopped, Below.State);
    }

    [Fact]
    public void Kill_FromOutside_IsAFailureThatTheParentDecides()
    {
        Parent.Decide = _ => SupervisionDirective.Restart;
        StartAll();
        Ref(Child).Tell(Kill.Instance, TestActor);

        RunResult result = Run.Run();

        Assert.True(Assert.Single(result.Failures).Is<ActorKilledException>());
        Assert.Equal((1, ActorState.Running), (Child.Restarts, Child.State));
    }

    [Fact]
    public void Parent_OfAChildThatWasRemoved_GoesOn()
    {
        StartAll();
        Sys.Stop(Ref(Child));
        Run.Run();
        Run.Post(Parent, Probe.Make(4), Nanosecond(1_000));

        Run.Run();

        Assert.Equal([4u], Parent.Tags);
        Assert.Equal(["parent/child"], Host.Removals.Select(r => r.Path));
    }
}
