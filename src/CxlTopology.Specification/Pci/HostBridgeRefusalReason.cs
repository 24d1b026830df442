namespace CxlTopology.Specification;

/// <summary>Why a host bridge has no place.</summary>
public enum HostBridgeRefusalReason
{
    /// <summary>It needs more buses than a segment has.</summary>
    TooManyBuses,

    /// <summary>It needs more buses than there are from the stated one on.</summary>
    PastLastBus,

    /// <summary>A bus it would need belongs to another host bridge that is fixed there.</summary>
    Overlap,

    /// <summary>The stated segment has no gap that is large enough.</summary>
    SegmentFull,

    /// <summary>No segment has room for it.</summary>
    NoSegment,
}
