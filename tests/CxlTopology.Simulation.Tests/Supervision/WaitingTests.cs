using CxlTopology.Simulation.Tests.Actors;
using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Supervision;

/// <summary>What comes to an actor while it is suspended.</summary>
public sealed class WaitingTests
{
    private static readonly SimDuration Latency = Household.Latency;

    [Fact]
    public void Restart_RedeliversInTheOrderOfArrival()
    {
        var household = new Household(below: true);
        household.Parent.Decide = _ => SupervisionDirective.Restart;
        var late = new Probe();
        household.Simulation.Add("zz", late); // a higher id than the friend's
        Connection fromLate = household.Simulation.Connect(late, household.Child, 0, Latency);
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToChild, Household.Bad);
            p.SendTag(household.ToChild, 2, SimDuration.FromNanoseconds(4));
        };
        late.OnStarted = p =>
        {
            p.SendTag(fromLate, 1, SimDuration.FromNanoseconds(3));
            p.SendTag(fromLate, 3, SimDuration.FromNanoseconds(5));
        };

        household.Simulation.Run();

        Assert.Equal([Household.Bad, 1u, 2u, 3u], household.Child.Tags);
    }

    [Fact]
    public void Restart_ThatFailsItself_KeepsWhatWaited()
    {
        var household = new Household(below: true);
        household.Parent.Decide = _ => SupervisionDirective.Restart;
        household.Child.OnReset = p =>
        {
            if (p.Restarts == 1)
                throw new FormatException("not yet");
        };
        household.Feed(Household.Bad, 1, 2);

        household.Simulation.Run();

        Assert.Equal(2, household.Child.Restarts);
        Assert.Equal([Household.Bad, 1u, 2u], household.Child.Tags);
    }

    [Fact]
    public void Restart_OnWorkersThatStartedMeanwhile_KeepsWhatWaited()
    {
        uint[] Run(int workers)
        {
            var simulation = new Simulation(new SimulationOptions { Workers = workers, OwnerOf = place => place % 2 });
            var tide = new Tide(); // enough traffic for the workers to start after 4.3 us
            tide.Build(simulation);
            var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
            var child = new Probe();
            simulation.Add("parent", parent);
            simulation.Add("child", child, parent);
            // The longest connection decides how long a report and a directive take: 10 us each.
            simulation.Connect(parent, child, 0, SimDuration.FromMicroseconds(10));
            child.OnStarted = p =>
            {
                for (uint i = 0; i < 4; i++)
                    p.Timer(i, SimDuration.FromMicroseconds(1) * (i + 1));
            };
            child.OnMessage = (Probe self, ref Message m) =>
            {
                if (self.Restarts == 0)
                    throw new FormatException("bad");
            };
            simulation.Run(Tide.Ebb + SimDuration.FromMicroseconds(30));
            return [.. child.Tags];
        }

        Assert.Equal([0u, 1u, 2u, 3u], Run(1));
        Assert.Equal([0u, 1u, 2u, 3u], Run(2));
    }

    [Fact]
    public void Cancel_OfATimerThatWaits_KeepsItFromBeingHandled()
    {
        var household = new Household(below: true);
        household.Parent.Decide = _ => SupervisionDirective.Restart;
        TimerHandle timer = default;
        bool taken = false;
        household.Child.OnStarted = p => timer = p.Timer(7, SimDuration.FromNanoseconds(15)); // due while the child is suspended
        household.Child.OnReset = p => taken = p.TakeBack(timer);
        household.Feed(Household.Bad);

        household.Simulation.Run();

        Assert.True(taken);
        Assert.Equal([Household.Bad], household.Child.Tags);
    }

    [Fact]
    public void Stop_OfAParentThatPassedAFailureOn_CountsWhatWaitedAtTheChild()
    {
        var household = new Household(below: false);
        household.Top.Decide = _ => SupervisionDirective.Stop;
        household.Feed(Household.Bad, 1, 2);

        RunResult result = household.Simulation.Run();

        Assert.Equal(ActorState.Stopped, household.Child.State);
        Assert.Equal(2, result.DeadLetters);
    }
}
