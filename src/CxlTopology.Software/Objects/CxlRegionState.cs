namespace CxlTopology.Software;

/// <summary>How far a region is.</summary>
public enum CxlRegionState
{
    /// <summary>Created; without a size.</summary>
    Idle,

    /// <summary>Has ways, granularity and host addresses.</summary>
    InterleaveActive,

    /// <summary>Has all its targets.</summary>
    Active,

    /// <summary>Being decommitted.</summary>
    ResetPending,

    /// <summary>Committed: the decoders are.</summary>
    Commit,
}
