namespace CxlTopology.Description;

/// <summary>How the accesses of an open-loop workload are spaced.</summary>
public enum WorkloadArrivals
{
    /// <summary>At equal distances.</summary>
    Fixed,

    /// <summary>At exponentially distributed distances with that mean.</summary>
    Exponential,
}
