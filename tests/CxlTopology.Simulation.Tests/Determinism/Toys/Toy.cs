namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>A small model for the determinism sweep: built anew for every run, and the same whatever the options say.</summary>
internal abstract class Toy
{
    /// <summary>How far to run; null runs until nothing is pending.</summary>
    public virtual SimTime? Until => null;

    /// <summary>The largest bucket that its shortest connection allows, as a power of two of femtoseconds.</summary>
    public abstract int ShiftMax { get; }

    /// <summary>Adds its actors and connects them.</summary>
    public abstract void Build(Simulation simulation);

    /// <summary>The toy of a name; theories name them so that a failure can be run alone.</summary>
    public static Toy Named(string name) => name switch
    {
        "ring" => new Ring(),
        "phold" => new Phold(),
        "hub" => new Hub(),
        "timers" => new Timers(),
        "families" => new Families(),
        "cargo" => new Cargo(),
        "resets" => new Resets(),
        "tide" => new Tide(),
        "failures" => new Failures(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such toy."),
    };
}
