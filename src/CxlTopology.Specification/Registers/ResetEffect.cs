namespace CxlTopology.Specification;

/// <summary>What a reset does to a block: nothing, or back to the initial values with some fields left alone.</summary>
[Flags]
public enum ResetEffect
{
    /// <summary>The block is not affected.</summary>
    None = 0,

    /// <summary>Every field goes back to its initial value, but for those the other flags keep.</summary>
    Initial = 1,

    /// <summary>The sticky fields (ROS, RWS, RW1CS) stay.</summary>
    KeepSticky = 2,

    /// <summary>Write-once fields stay: a lock holds.</summary>
    KeepWriteOnce = 4,

    /// <summary>RWL fields stay while the block's lock is set, as software could not restore them.</summary>
    KeepLocked = 8,
}
