using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>How a topology file is run.</summary>
public sealed record ExperimentOptions
{
    /// <summary>The seed; the file's by default.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Workers, 1 to 64; 1 by default.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The other processes of the run; none by default. See <see cref="SimulationOptions.Peers"/>.</summary>
    public IPeers? Peers { get; init; }

    /// <summary>What the report calls the engine: <c>embedded</c> by default.</summary>
    public string EngineName { get; init; } = "embedded";

    /// <summary>The queue under the actors. The turn wheel by default.</summary>
    public EngineKind Engine { get; init; } = EngineKind.TurnWheel;

    /// <summary>What runs the actors; null (the default) calls them directly. See <see cref="SimulationOptions.Host"/>.</summary>
    public ActorHost? Host { get; init; }

    /// <summary>Simulated time at which the run ends at the latest; none by default.</summary>
    public SimTime? Until { get; init; }

    /// <summary>For tests: see <see cref="SimulationOptions.MessagesPerWindowMin"/>.</summary>
    public int? MessagesPerWindowMin { get; init; }

    /// <summary>For tests: see <see cref="SimulationOptions.OwnerOf"/>.</summary>
    public Func<int, int>? OwnerOf { get; init; }

    /// <summary>For tests: see <see cref="SimulationOptions.BucketShift"/>.</summary>
    public int? BucketShift { get; init; }
}
