using CxlTopology.Simulation.Tests.Actors;
using CxlTopology.Simulation.Tests.Determinism.Toys;
using CxlTopology.Simulation.Tests.Supervision;

namespace CxlTopology.Simulation.Tests.KnownFaults;

public sealed class SupervisionFaults
{
    private static readonly SimDuration Latency = Household.Latency;

    // Cause: Partition.Apply puts what waited back among the pending with one time and the old keys, so the order of arrival is replaced
    // by that of source ids. Fix: Apply handles what waited itself, in order, before anything else of that instant; if a handler fails
    // again the rest goes on waiting.
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

    // Cause: the directive for the parent's own failure goes to the parent alone; the child whose failure became the parent's stays
    // suspended, and what it gets waits for ever: neither handled nor a dead letter. Fix: a restart also resets and resumes whatever
    // below the restarted actor is suspended.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_OfAParentThatPassedAFailureOn_ResumesTheChild(bool below)
    {
        var household = new Household(below);
        household.Top.Decide = _ => SupervisionDirective.Restart;
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToChild, Household.Bad);
            p.SendTag(household.ToChild, 5, SimDuration.FromMicroseconds(1));
        };

        household.Simulation.Run();

        Assert.Equal(ActorState.Running, household.Child.State);
        Assert.Equal([Household.Bad, 5u], household.Child.Tags);
    }

    // Cause: StopTree marks the children of what is stopped, but what waited at a suspended one of them is never looked at. Fix: StopTree
    // empties each actor's stash into the count.
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

    // Cause: Apply takes the stash out before it calls OnRestart; an exception there loses it. Fix: take it out afterwards.
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

    // Cause: stashes belong to a partition, and Move leaves them behind when their actor gets another owner. Fix: the stash belongs to
    // the actor, or Move takes it along.
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

    // Cause: reports and directives take the longest connection's time, which is 1 ns where there is no connection: less than a bucket
    // (2^24 fs), and less than the window of workers that no connection cuts. They arrive in a bucket, or a window, that has been run.
    // Fix: Simulation.controlLatency starts at 2^24 fs, and Window() is at most that where a cut separates a parent from a component
    // below it.
    [Fact]
    public void Supervision_WithoutConnections_GivesOneDigest()
    {
        SimulationOptions[] ways =
        [
            new() { Engine = EngineKind.PlainQueue }, new() { BucketShift = 19 }, new() { BucketShift = 24 },
            new() { Workers = 2, MessagesPerWindowMin = 0, OwnerOf = place => place },
        ];
        ulong[] digests =
        [
            .. ways.Select(way =>
            {
                var simulation = new Simulation(way);
                var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
                var child = new Probe();
                simulation.Add("parent", parent);
                simulation.Add("child", child, parent);
                child.OnStarted = p =>
                {
                    for (uint i = 1; i <= 2_000; i++)
                        p.Timer(i, SimDuration.FromNanoseconds(i));
                };
                child.OnMessage = (Probe _, ref Message m) =>
                {
                    if (m.Tag % 100 == 0)
                        throw new FormatException("bad");
                };
                return simulation.Run().Digest;
            }),
        ];

        Assert.Single(digests.Distinct());
    }

    // Cause: the wheel knows a timer by its slot, which is freed when the timer goes to the stash, so Cancel says no to a timer that is
    // still to come; a restarted actor meets the timers of its former life. Fix: Cancel looks into the actor's stash when the slot no
    // longer holds the key.
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

    // Cause: a component whose parent was stopped reports its failure to a dead end: no directive ever comes, it stays suspended, and
    // what it gets is neither handled nor counted. Fix: a stopped parent escalates for good: Refuse answers a ChildFailed with a stop (or
    // stopping reaches the components below).
    [Fact]
    public void Failure_BelowAStoppedParent_IsDecided()
    {
        var household = new Household(below: true);
        household.Top.Decide = _ => SupervisionDirective.Stop;
        household.Parent.OnMessage = (Probe _, ref Message _) => throw new FormatException("bad");
        household.Friend.OnStarted = p =>
        {
            p.SendTag(household.ToParent, 1);
            p.SendTag(household.ToChild, Household.Bad, SimDuration.FromMicroseconds(1));
            p.SendTag(household.ToChild, 2, SimDuration.FromMicroseconds(2));
        };

        RunResult result = household.Simulation.Run();

        Assert.All(result.Failures, failure => Assert.NotNull(failure.Directive));
        Assert.Equal(1, household.Child.Tags.Count(tag => tag == 2) + result.DeadLetters);
    }
}
