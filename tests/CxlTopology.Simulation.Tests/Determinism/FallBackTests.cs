using CxlTopology.Simulation.Tests.Actors;
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

    [Fact]
    public void Workers_AfterAQuietStart_StartWhenThereIsWork()
    {
        var simulation = new Simulation(new SimulationOptions { Workers = 2 });
        var crowd = new Probe[2];
        for (int i = 0; i < 2; i++)
            simulation.Add("crowd" + i, crowd[i] = new Probe());
        Connection[] across = [simulation.Connect(crowd[0], crowd[1], 0, Step), simulation.Connect(crowd[1], crowd[0], 0, Step)];
        for (int i = 0; i < 2; i++)
        {
            int self = i;
            crowd[i].OnMessage = (Probe probe, ref Message m) =>
            {
                if (m.Tag == 1 && m.Argument++ < 1_000 && self == 0)
                    probe.Forward(ref m, across[0]); // a single message, to and fro
                else if (m.Tag == 1 && self == 1)
                    probe.Forward(ref m, across[1]);
                else if (m.Tag == 1)
                    for (uint n = 0; n < 300; n++)
                        probe.SendTag(across[0], 2);
                else
                    probe.Forward(ref m, across[self]);
            };
        }

        simulation.Post(crowd[0], Probe.Make(1), SimTime.Zero);

        RunResult result = simulation.Run(SimTime.Zero + Step * 6_000);

        Assert.True(result.Events > 1_000_000, "there was work");
        Assert.True(result.ParallelWindows > 0, "one worker did all of it");
    }
}
