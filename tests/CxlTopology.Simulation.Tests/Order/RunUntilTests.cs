using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

public sealed class RunUntilTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Fact]
    public void Run_UpToATime_IncludesIt()
    {
        (Simulation simulation, Probe probe) = WithTimers(Five, Five + new SimDuration(1));

        RunResult result = simulation.Run(SimTime.Zero + Five);

        Assert.Equal(RunOutcome.TimeLimit, result.Outcome);
        Assert.Equal([0u], probe.Tags);
        Assert.Equal(SimTime.Zero + Five, result.End);
    }

    [Fact]
    public void Run_UpToABucketsEnd_LeavesTheNextBucket()
    {
        (Simulation simulation, Probe probe) = WithTimers(new SimDuration((1L << 24) - 1), new SimDuration(1L << 24));

        simulation.Run(new SimTime((1L << 24) - 1));

        Assert.Equal([0u], probe.Tags);
    }

    [Fact]
    public void Run_UpToABucketsStart_IncludesItsFirstInstant()
    {
        (Simulation simulation, Probe probe) = WithTimers(new SimDuration(1L << 24), new SimDuration((1L << 24) + 1));

        simulation.Run(new SimTime(1L << 24));

        Assert.Equal([0u], probe.Tags);
    }

    [Fact]
    public void Run_UpToTimeZero_HandlesWhatIsDueThen()
    {
        (Simulation simulation, Probe probe) = WithTimers(SimDuration.Zero, new SimDuration(1));

        simulation.Run(SimTime.Zero);

        Assert.Equal([0u], probe.Tags);
    }

    [Fact]
    public void Run_WithNothingPending_IsIdleAtZero()
    {
        var simulation = new Simulation();
        simulation.Add("probe", new Probe());

        RunResult result = simulation.Run();

        Assert.Equal((RunOutcome.Idle, SimTime.Zero, 0L), (result.Outcome, result.End, result.Events));
    }

    [Fact]
    public void Run_WithoutActors_IsIdle() => Assert.Equal(RunOutcome.Idle, new Simulation().Run().Outcome);

    [Fact]
    public void Run_AfterIdle_StaysIdleWithTheSameDigest()
    {
        (Simulation simulation, _) = WithTimers(Five);

        RunResult first = simulation.Run();
        RunResult second = simulation.Run();

        Assert.Equal(first with { Failures = [] }, second with { Failures = [] });
    }

    [Fact]
    public void Run_OverLongGaps_VisitsOnlyWhatHappens()
    {
        SimDuration[] delays =
        [
            Five, SimDuration.FromMilliseconds(3), SimDuration.FromSeconds(2), SimDuration.FromSeconds(2) + Five,
            SimDuration.FromSeconds(4_000),
        ];
        (Simulation simulation, Probe probe) = WithTimers(delays);

        RunResult result = simulation.Run();

        Assert.Equal(delays.Select(d => SimTime.Zero + d), probe.Times);
        Assert.Equal(5, result.Events);
    }

    [Fact]
    public void Run_OverLongGapsOnTwoWorkers_TakesFewWindows()
    {
        var simulation = new Simulation(new SimulationOptions { Workers = 2, MessagesPerWindowMin = 0, OwnerOf = place => place });
        var here = new Probe();
        var there = new Probe();
        simulation.Add("here", here);
        simulation.Add("there", there);
        Connection over = simulation.Connect(here, there, 0, Five);
        Connection back = simulation.Connect(there, here, 0, Five);
        here.OnStarted = p => p.SendTag(over, 1, SimDuration.FromMilliseconds(1));
        here.OnMessage = (Probe self, ref Message _) => self.SendTag(over, 3, SimDuration.FromSeconds(1000));
        there.OnMessage = (Probe self, ref Message m) =>
        {
            if (m.Tag == 1)
                self.SendTag(back, 2, SimDuration.FromSeconds(1));
        };

        RunResult result = simulation.Run();

        Assert.Equal(SimTime.Zero + SimDuration.FromMilliseconds(1) + SimDuration.FromSeconds(1001) + Five * 3, result.End);
        Assert.Equal([1u, 3u], there.Tags);
        Assert.InRange(result.ParallelWindows, 3, 60);
    }

    [Fact]
    public void End_WithACancelledFarTimer_IsThatOfTheLastLiveMessage()
    {
        var simulation = new Simulation();
        TimerHandle far = default;
        var probe = new Probe
        {
            OnStarted = p =>
            {
                far = p.Timer(2, SimDuration.FromSeconds(100));
                p.Timer(1, Five);
            },
            OnMessage = (Probe self, ref Message _) => self.TakeBack(far),
        };
        simulation.Add("probe", probe);

        RunResult result = simulation.Run();

        Assert.Equal((RunOutcome.Idle, SimTime.Zero + Five, 1L), (result.Outcome, result.End, result.Events));
    }

    [Fact]
    public void Stop_FromAHandler_EndsTheRunWithWhatIsPending()
    {
        var simulation = new Simulation();
        var probe = new Probe
        {
            OnStarted = p => p.Timer(1, Five),
            OnMessage = (Probe self, ref Message m) =>
            {
                self.Timer(m.Tag + 1, SimDuration.FromMilliseconds(1));
                if (m.Tag == 3)
                    simulation.Stop();
            },
        };
        simulation.Add("probe", probe);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Equal(3, result.Events);
    }

    private static (Simulation Simulation, Probe Probe) WithTimers(params SimDuration[] delays)
    {
        var simulation = new Simulation();
        var probe = new Probe();
        probe.OnStarted = p =>
        {
            for (int i = 0; i < delays.Length; i++)
                p.Timer((uint)i, delays[i]);
        };
        simulation.Add("probe", probe);
        return (simulation, probe);
    }
}
