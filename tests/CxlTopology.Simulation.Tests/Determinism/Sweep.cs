using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Determinism;

/// <summary>Runs a toy and compares what came out.</summary>
internal static class Sweep
{
    /// <summary>A whole run of a freshly built toy.</summary>
    public static RunResult Run(string name, SimulationOptions options)
    {
        var toy = Toy.Named(name);
        var simulation = new Simulation(options);
        toy.Build(simulation);
        return simulation.Run(toy.Until);
    }

    /// <summary>Whether two runs of one toy came to the same.</summary>
    public static bool Same(RunResult a, RunResult b) =>
        (a.Digest, a.Events, a.End, a.Outcome, a.DeadLetters) == (b.Digest, b.Events, b.End, b.Outcome, b.DeadLetters)
        && a.Failures.Select(f => f.ToString() + f.Directive).SequenceEqual(b.Failures.Select(f => f.ToString() + f.Directive));

    /// <summary>A run in a line, for messages.</summary>
    public static string Summary(RunResult result) =>
        $"{result.Digest:x16} ({result.Outcome} at {result.End}, {result.Events} events, {result.DeadLetters} dead letters, "
        + $"{result.Failures.Count} failures)";
}
