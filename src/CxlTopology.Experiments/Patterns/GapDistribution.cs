namespace CxlTopology.Experiments;

/// <summary>How the gaps of an open-loop load are spread around their mean.</summary>
public enum GapDistribution
{
    /// <summary>All alike: a metronome.</summary>
    Fixed,

    /// <summary>Exponential: arrivals as a Poisson process has them, bursts and lulls included.</summary>
    Exponential,
}
