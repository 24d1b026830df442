using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

public sealed class PostTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Fact]
    public void Post_BetweenTwoParts_IsHandledInTheSecond()
    {
        var simulation = new Simulation();
        var probe = new Probe { OnStarted = p => p.Timer(1, Five) };
        simulation.Add("probe", probe);
        simulation.Run();

        simulation.Post(probe, Probe.Make(2), SimTime.Zero + Five);
        RunResult result = simulation.Run();

        Assert.Equal([1u, 2u], probe.Tags);
        Assert.Equal((RunOutcome.Idle, SimTime.Zero + Five, 2L), (result.Outcome, result.End, result.Events));
    }

    [Fact]
    public void Post_OfSeveralAtOneTime_KeepsTheirOrder()
    {
        var simulation = new Simulation();
        var probe = new Probe();
        simulation.Add("probe", probe);

        for (uint i = 0; i < 50; i++)
            simulation.Post(probe, Probe.Make(i), SimTime.Zero + Five);
        simulation.Run();

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (uint)i), probe.Tags);
    }

    [Fact]
    public void Post_BeforeWhatHasBeenSimulated_IsRefused()
    {
        var simulation = new Simulation();
        var probe = new Probe { OnStarted = p => p.Timer(1, Five) };
        simulation.Add("probe", probe);
        simulation.Run();

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Post(probe, Probe.Make(2), SimTime.Zero));

        Assert.Equal("A message to probe at 0ns comes too late: it is 5ns already.", refused.Message);
    }

    [Fact]
    public void Post_ToWorkersThatRunApart_ReachesEachOne()
    {
        var simulation = new Simulation(new SimulationOptions { Workers = 2, MessagesPerWindowMin = 0, OwnerOf = place => place });
        Probe[] probes = [new(), new()];
        simulation.Add("a", probes[0]);
        simulation.Add("b", probes[1]);
        simulation.Connect(probes[0], probes[1], 0, Five);
        for (uint round = 1; round <= 3; round++)
        {
            foreach (Probe probe in probes)
                simulation.Post(probe, Probe.Make(round), SimTime.Zero + Five * round);
            simulation.Run();
        }

        Assert.All(probes, probe => Assert.Equal([1u, 2u, 3u], probe.Tags));
    }

    [Fact]
    public void Post_BeforeACancelledTimer_IsHandled()
    {
        var simulation = new Simulation();
        TimerHandle far = default;
        var probe = new Probe
        {
            OnStarted = p =>
            {
                p.Timer(1, Five);
                far = p.Timer(2, SimDuration.FromMicroseconds(10));
            },
            OnMessage = (Probe self, ref Message m) => self.TakeBack(far),
        };
        simulation.Add("probe", probe);
        simulation.Run();

        simulation.Post(probe, Probe.Make(3), SimTime.Zero + SimDuration.FromMicroseconds(5));
        RunResult result = simulation.Run();

        Assert.Equal([1u, 3u], probe.Tags);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Fact]
    public void Post_BeforeTheLimitOfAnEarlierPart_IsHandled()
    {
        var simulation = new Simulation();
        var probe = new Probe { OnStarted = p => p.Timer(1, SimDuration.FromMicroseconds(100)) };
        simulation.Add("probe", probe);
        simulation.Run(SimTime.Zero + SimDuration.FromMicroseconds(80));

        simulation.Post(probe, Probe.Make(2), SimTime.Zero + SimDuration.FromMicroseconds(50));
        RunResult result = simulation.Run();

        Assert.Equal([2u, 1u], probe.Tags);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Fact]
    public void Post_ToAnActorNotAdded_IsRefused() =>
        Assert.Throws<WiringException>(() => new Simulation().Post(new Probe(), Probe.Make(1), SimTime.Zero));

    [Fact]
    public void Post_OfAKernelKind_IsRefused()
    {
        var simulation = new Simulation();
        var probe = new Probe();
        simulation.Add("probe", probe);

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Post(probe, default, SimTime.Zero));

        Assert.Equal("A message of kind 0 cannot be posted to probe: a model's kinds start at 16.", refused.Message);
    }
}
