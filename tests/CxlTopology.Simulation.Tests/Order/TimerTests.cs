using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

public sealed class TimerTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Fact]
    public void Schedule_WithoutDelay_IsHandledAtTheSameInstant()
    {
        Probe probe = Alone(p => p.Timer(1, Five), (Probe self, ref Message m) =>
        {
            if (m.Tag == 1)
                self.Timer(2, SimDuration.Zero);
        });

        Assert.Equal([1u, 2u], probe.Tags);
        Assert.Equal(probe.Times[0], probe.Times[1]);
    }

    [Fact]
    public void Schedule_IntoThePast_FailsTheActor()
    {
        var simulation = new Simulation();
        var probe = new Probe
        {
            OnStarted = p => p.Timer(1, Five),
            OnMessage = (Probe self, ref Message _) => self.Timer(2, new SimDuration(-1)),
        };
        simulation.Add("probe", probe);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("probe would schedule a message at 4999999fs, before now (5ns).", result.Failures[0].Reason);
    }

    [Theory]
    [InlineData(0)] // gathered into the open turn already
    [InlineData(1)] // a femtosecond later, in the open bucket
    [InlineData(50_000_000)] // in a bucket that has not been opened
    [InlineData(30_000_000_000_000)] // on an upper level: 30 ms
    public void Cancel_OfAPendingTimer_KeepsItFromBeingHandled(long femtoseconds)
    {
        bool taken = false;
        bool again = true;
        TimerHandle timer = default;
        Probe probe = Alone(
            p =>
            {
                p.Timer(1, Five);
                timer = p.Timer(2, Five + new SimDuration(femtoseconds));
            },
            (Probe self, ref Message m) =>
            {
                taken = self.TakeBack(timer);
                again = self.TakeBack(timer);
            });

        Assert.True(taken);
        Assert.False(again);
        Assert.Equal([1u], probe.Tags);
    }

    [Fact]
    public void Cancel_OfATimerArmedInTheSameHandler_KeepsItFromBeingHandled()
    {
        Probe probe = Alone(
            p => p.Timer(1, Five),
            (Probe self, ref Message m) => Assert.True(self.TakeBack(self.Timer(2, SimDuration.Zero))));

        Assert.Equal([1u], probe.Tags);
    }

    [Fact]
    public void Cancel_OfTheTimerInHand_IsFalse()
    {
        bool taken = true;
        TimerHandle timer = default;
        Alone(p => timer = p.Timer(1, Five), (Probe self, ref Message _) => taken = self.TakeBack(timer));

        Assert.False(taken);
    }

    [Fact]
    public void Cancel_AfterItFired_LeavesTheNextUserOfItsSlotAlone()
    {
        bool taken = true;
        TimerHandle timer = default;
        Probe probe = Alone(
            p => timer = p.Timer(1, Five),
            (Probe self, ref Message m) =>
            {
                if (m.Tag == 1)
                    self.Timer(2, Five);
                if (m.Tag != 2)
                    return;
                self.Timer(3, Five);
                taken = self.TakeBack(timer);
            });

        Assert.False(taken);
        Assert.Equal([1u, 2u, 3u], probe.Tags);
    }

    [Fact]
    public void Cancel_AfterTheTimerWasSentOn_IsFalse()
    {
        bool taken = true;
        TimerHandle timer = default;
        Probe probe = Alone(
            p => timer = p.Timer(1, Five),
            (Probe self, ref Message m) =>
            {
                if (self.Tags.Count > 1)
                    return;
                self.Later(ref m, Five);
                taken = self.TakeBack(timer);
            });

        Assert.False(taken);
        Assert.Equal([1u, 1u], probe.Tags);
    }

    [Fact]
    public void Cancel_OfNoTimer_IsFalse()
    {
        bool taken = true;
        Alone(p => p.Timer(1, Five), (Probe self, ref Message _) => taken = self.TakeBack(default));

        Assert.False(taken);
    }

    [Theory]
    [InlineData(19)]
    [InlineData(24)]
    public void Schedule_BeyondEveryLevel_IsHandledAtItsTime(int shift)
    {
        var simulation = new Simulation(new SimulationOptions { BucketShift = shift });
        SimDuration[] delays =
        [
            new(1), SimDuration.FromNanoseconds(17), SimDuration.FromMicroseconds(3), SimDuration.FromMicroseconds(70),
            SimDuration.FromMilliseconds(9), SimDuration.FromMilliseconds(300), SimDuration.FromSeconds(40),
            SimDuration.FromSeconds(20 * 60),
            SimDuration.FromSeconds(9_000), new(long.MaxValue - (1L << 24)),
        ];
        var probe = new Probe();
        probe.OnStarted = p =>
        {
            for (int i = delays.Length - 1; i >= 0; i--)
                p.Timer((uint)i, delays[i]);
        };
        simulation.Add("probe", probe);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Equal(delays.Select(d => SimTime.Zero + d), probe.Times);
    }

    [Fact]
    public void Cancel_OnThePlainQueue_TakesBackATimerArmedAtTheStart()
    {
        var simulation = new Simulation(new SimulationOptions { Engine = EngineKind.PlainQueue });
        TimerHandle late = default;
        bool taken = false;
        var probe = new Probe
        {
            OnStarted = p =>
            {
                p.Timer(1, Five);
                late = p.Timer(2, Five * 2);
            },
            OnMessage = (Probe self, ref Message m) => taken |= m.Tag == 1 && self.TakeBack(late),
        };
        simulation.Add("probe", probe);

        simulation.Run();

        Assert.True(taken);
        Assert.Equal([1u], probe.Tags);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancel_OfManyFarTimers_GivesTheirPlacesBack(int workers)
    {
        const uint Rounds = 200_000;
        var simulation = new Simulation(
            new SimulationOptions { Workers = workers, MessagesPerWindowMin = 0, MessagesMax = 80_000, OwnerOf = p => p % workers });
        var probe = new Probe
        {
            OnStarted = p => p.Timer(0, SimDuration.Zero),
            OnMessage = (Probe self, ref Message m) =>
            {
                Assert.True(self.TakeBack(self.Timer(Rounds, SimDuration.FromSeconds(1))));
                if (++m.Tag < Rounds)
                    self.Later(ref m, SimDuration.FromNanoseconds(1));
            },
        };
        simulation.Add("other", new Probe());
        simulation.Add("probe", probe);

        RunResult result = simulation.Run();

        Assert.Equal((RunOutcome.Idle, (long)Rounds), (result.Outcome, result.Events));
    }

    private static Probe Alone(Action<Probe> onStart, ProbeHandler onMessage)
    {
        var simulation = new Simulation();
        var probe = new Probe { OnStarted = onStart, OnMessage = onMessage };
        simulation.Add("probe", probe);
        RunResult result = simulation.Run();
        Assert.Equal(RunOutcome.Idle, result.Outcome);
        return probe;
    }
}
