using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Determinism;

/// <summary>Several workers start where a window holds enough, one takes over where it does not, and back.</summary>
public sealed class FallBackTests
{
    private static readonly SimDuration Step = SimDuration.FromNanoseconds(20);

    [Fact]
    public void Run_OfHighAndLowWater_StartsStopsAndStartsTheWorkers()
    {
        var tide = new Tide();
        var simulation = new Simulation(new SimulationOptions { Workers = 2 });
        tide.Build(simulation);

        long high = simulation.Run(Tide.Ebb).ParallelWindows;
        long low = simulation.Run(Tide.Ebb + Step * 6_000).ParallelWindows;
        long lowest = simulation.Run(Tide.Ebb + Step * 9_000).ParallelWindows;
        simulation.Run(Tide.Flood);
        long again = simulation.Run(tide.Until).ParallelWindows;

        Assert.InRange(high, 100, 700);
        Assert.InRange(low - high, 1, 6_000);
        Assert.Equal(low, lowest);
        Assert.True(again > lowest, "the workers did not start again");
    }

    [Fact]
    public void Run_OfFewMessages_StaysWithOneWorker() =>
        Assert.Equal(0, Sweep.Run("ring", new SimulationOptions { Workers = 4 }).ParallelWindows);
}
