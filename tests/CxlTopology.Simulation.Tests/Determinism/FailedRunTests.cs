using CxlTopology.Simulation.Tests.Actors;
using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Determinism;

/// <summary>A run that a failure ends: how far the other actors come depends on the failure alone.</summary>
public sealed class FailedRunTests
{
    private const long Span = 1L << 34;
    private static readonly SimTime Bang = new(Span - 5_000_000); // late, so that any window that could would cross the end of the span

    [Fact]
    public void Run_ThatFails_LeavesTheSameStateOnAnyWorkers()
    {
        SimulationOptions[] ways =
        [
            new() { Engine = EngineKind.PlainQueue }, new(), new() { BucketShift = 19 }, new() { Workers = 2, MessagesPerWindowMin = 0 },
            new() { Workers = 3, MessagesPerWindowMin = 0, OwnerOf = place => place % 3 },
        ];
        RunResult reference = WithBomb(ways[0]).Run();
        foreach (SimulationOptions way in ways)
        {
            RunResult result = WithBomb(way).Run();
            Assert.Equal(RunOutcome.Failed, result.Outcome);
            Assert.True(Sweep.Same(reference, result), $"{way} gave {Sweep.Summary(result)}, the plain queue {Sweep.Summary(reference)}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_ThatFailsInParts_LeavesTheStateOfOne(int workers)
    {
        Simulation parts = WithBomb(new SimulationOptions { Workers = workers, MessagesPerWindowMin = 0 });
        parts.Run(Bang);
        parts.Run(Bang + SimDuration.FromNanoseconds(2));

        RunResult result = parts.Run();

        RunResult reference = WithBomb(new SimulationOptions()).Run();
        Assert.True(Sweep.Same(reference, result), $"parts gave {Sweep.Summary(result)}, one run {Sweep.Summary(reference)}");
    }

    [Fact]
    public void Run_ThatFails_EndsWithTheSpanOfTheFailure()
    {
        Simulation simulation = WithBomb(new SimulationOptions());

        RunResult result = simulation.Run();

        Assert.InRange(result.End.Femtoseconds, Bang.Femtoseconds, Span - 1);
        Assert.Equal(result.Events, simulation.Run().Events);
    }

    private static Simulation WithBomb(SimulationOptions way)
    {
        var simulation = new Simulation(way);
        new Phold().Build(simulation);
        simulation.Add("bomb", new Probe
        {
            OnStarted = p => p.Timer(1, Bang - SimTime.Zero),
            OnMessage = (Probe _, ref Message _) => throw new FormatException("bang"),
        });
        return simulation;
    }
}
