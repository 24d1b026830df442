using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Two probes that are connected both ways: left belongs to process 0, right to process 1.</summary>
internal sealed class Pair
{
    /// <summary>How long either connection takes.</summary>
    public static readonly SimDuration Latency = SimDuration.FromNanoseconds(10);

    public Pair(SimulationOptions options)
    {
        Simulation = new Simulation(options with { OwnerOf = place => place });
        Simulation.Add("left", Left);
        Simulation.Add("right", Right);
        ToRight = Simulation.Connect(Left, Right, 3, Latency);
        ToLeft = Simulation.Connect(Right, Left, 4, Latency);
    }

    public Simulation Simulation { get; }

    public Probe Left { get; } = new();

    public Probe Right { get; } = new();

    public Connection ToRight { get; }

    public Connection ToLeft { get; }
}
