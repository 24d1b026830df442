namespace CxlTopology.Description;

/// <summary>Where the pages of a trace go in the target, in the order they are first touched.</summary>
public enum WorkloadPlacement
{
    /// <summary>One after the other.</summary>
    Sequential,

    /// <summary>Anywhere, by the seed.</summary>
    Random,

    /// <summary>In turn to each equal part of the target, one part an endpoint.</summary>
    Interleaved,
}
