using CxlTopology.Simulation.Tests.Actors;
using CxlTopology.Simulation.Tests.Determinism;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Runs in parts, with messages posted in between: every process does the same calls, and comes to what one process comes to.</summary>
public sealed class PartsTests
{
    private static readonly SimTime First = SimTime.Zero + SimDuration.FromMicroseconds(80);

    [Fact]
    public void Post_BetweenParts_GivesTheResultOfOne() => SameAsOne(options =>
    {
        Pair pair = PingPong(options);
        pair.Simulation.Post(pair.Left, Probe.Make(1), SimTime.Zero);
        pair.Simulation.Post(pair.Right, Probe.Make(2), SimTime.Zero);
        pair.Simulation.Run(First);
        pair.Simulation.Post(pair.Right, Probe.Make(3), First);
        pair.Simulation.Post(pair.Left, Probe.Make(4), First + SimDuration.FromNanoseconds(5));
        return pair.Simulation.Run();
    });

    [Fact]
    public void Post_BeforeWhatAnotherProcessHasLookedAheadTo_IsAnsweredInTime() => SameAsOne(options =>
    {
        Pair pair = PingPong(options);
        // The right one's next message lies far behind the limit of the first part, which lies behind the last message handled.
        pair.Right.OnStarted = p => p.Timer(9, SimDuration.FromMicroseconds(100));
        pair.Simulation.Run(First);
        pair.Simulation.Post(pair.Left, Probe.Make(1), SimTime.Zero + SimDuration.FromMicroseconds(2));
        return pair.Simulation.Run();
    });

    [Fact]
    public void Post_TooLate_IsRefusedOnEveryProcess()
    {
        string[] messages = Company.Run(2, peers =>
        {
            Pair pair = PingPong(new SimulationOptions { Peers = peers });
            pair.Simulation.Post(pair.Left, Probe.Make(1), First);
            pair.Simulation.Run();
            return Assert.Throws<WiringException>(() => pair.Simulation.Post(pair.Right, Probe.Make(2), SimTime.Zero)).Message;
        });

        Assert.All(messages, message => Assert.Contains("comes too late", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_UntilIdleAndOn_CountsOn() => SameAsOne(options =>
    {
        Pair pair = PingPong(options);
        for (int part = 0; part < 3; part++)
        {
            pair.Simulation.Post(part % 2 == 0 ? pair.Left : pair.Right, Probe.Make(1), SimTime.Zero + SimDuration.FromMicroseconds(part * 100));
            Assert.Equal(RunOutcome.Idle, pair.Simulation.Run().Outcome);
        }

        return pair.Simulation.Run();
    });

    [Fact]
    public void Stop_OnOneProcess_StopsAllAndLosesNothing()
    {
        RunResult[][] results = Company.Run(3, peers =>
        {
            Pair pair = PingPong(new SimulationOptions { Peers = peers });
            pair.Simulation.Post(pair.Left, Probe.Make(1), SimTime.Zero);
            int handled = 0;
            ProbeHandler answer = pair.Right.OnMessage!;
            pair.Right.OnMessage = (Probe probe, ref Message message) =>
            {
                answer(probe, ref message);
                if (++handled == 20)
                    pair.Simulation.Stop();
            };
            return new[] { pair.Simulation.Run(), pair.Simulation.Run() };
        });

        Pair one = PingPong(new SimulationOptions());
        one.Simulation.Post(one.Left, Probe.Make(1), SimTime.Zero);
        RunResult reference = one.Simulation.Run();
        Assert.All(results, parts =>
        {
            Assert.Equal(RunOutcome.Stopped, parts[0].Outcome);
            Assert.InRange(parts[0].Events, 20, reference.Events - 1);
            Assert.True(Sweep.Same(reference, parts[1]), $"{Sweep.Summary(parts[1])}, on one process {Sweep.Summary(reference)}");
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_OnProcessesWithoutActors_GivesTheResultOfOne(int idle)
    {
        RunResult reference = Sweep.Run("ring", new SimulationOptions());

        RunResult[] results = Company.Run(3, peers =>
            Sweep.Run("ring", new SimulationOptions { Peers = peers, OwnerOf = place => (idle + 1 + (place % 2)) % 3 }));

        Assert.All(results, result => Assert.True(Sweep.Same(reference, result)));
    }

    [Fact]
    public void Run_OnMoreProcessesThanComponents_GivesTheResultOfOne() => SameAsOne(
        options =>
        {
            Pair pair = PingPong(options);
            pair.Simulation.Post(pair.Left, Probe.Make(1), SimTime.Zero);
            return pair.Simulation.Run();
        },
        count: 6);

    [Fact]
    public void Run_OfNothing_IsIdleOnEveryProcess() =>
        Assert.All(Company.Run(3, peers => new Simulation(new SimulationOptions { Peers = peers }).Run()), result => Assert.Equal(RunOutcome.Idle, result.Outcome));

    private static void SameAsOne(Func<SimulationOptions, RunResult> run, int count = 2)
    {
        RunResult reference = run(new SimulationOptions());
        Assert.True(reference.Events > 0, "nothing happened");
        Assert.All(Company.Run(count, peers => run(new SimulationOptions { Peers = peers })), result =>
            Assert.True(Sweep.Same(reference, result), $"{Sweep.Summary(result)}, on one process {Sweep.Summary(reference)}"));
    }

    /// <summary>A message goes to and fro fifty times.</summary>
    private static Pair PingPong(SimulationOptions options)
    {
        var pair = new Pair(options);
        pair.Left.OnMessage = (Probe probe, ref Message message) => Return(probe, ref message, pair.ToRight);
        pair.Right.OnMessage = (Probe probe, ref Message message) => Return(probe, ref message, pair.ToLeft);
        return pair;
    }

    private static void Return(Probe probe, ref Message message, Connection to)
    {
        if (message.Argument++ < 50)
            probe.Forward(ref message, to);
    }
}
