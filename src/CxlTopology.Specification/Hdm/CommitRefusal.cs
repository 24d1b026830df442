namespace CxlTopology.Specification;

/// <summary>Why a decoder does not commit. The codes are for ever; the check finds the lowest that applies.</summary>
public enum CommitRefusal : byte
{
    /// <summary>It commits.</summary>
    None = 0,

    /// <summary>The size is 0.</summary>
    SizeZero = 1,

    /// <summary>Base or size is not a multiple of 256 MiB. Registers cannot hold this; settings made otherwise can.</summary>
    RangeMisaligned = 2,

    /// <summary>Base plus size reaches past 2^52, the addresses CXL.mem carries.</summary>
    RangeTooHigh = 3,

    /// <summary>The granularity code is reserved.</summary>
    GranularityReserved = 4,

    /// <summary>The ways code is reserved.</summary>
    WaysReserved = 5,

    /// <summary>3, 6 or 12 ways, or 16, without the capability for it.</summary>
    WaysUnsupported = 6,

    /// <summary>The address bits this granularity and these ways select by are not usable in this component.</summary>
    GranularityUnsupported = 7,

    /// <summary>The size is not a multiple of ways times granularity, so the shares are not equal (3, 6 and 12 ways).</summary>
    SizeNotDivisible = 8,

    /// <summary>The decoder below it is not committed: decoders commit in ascending order.</summary>
    PreviousNotCommitted = 9,

    /// <summary>The base lies below the end of the decoder below it: ranges ascend and do not overlap.</summary>
    OverlapsPrevious = 10,

    /// <summary>The end lies above the base of the next committed decoder, left so by a release out of order.</summary>
    OverlapsNext = 11,

    /// <summary>More ways than the port supports targets, or than the eight slots of the list.</summary>
    TooManyTargets = 12,

    /// <summary>A slot in use names a port that does not exist.</summary>
    TargetMissing = 13,

    /// <summary>Two slots in use name the same port.</summary>
    TargetDuplicate = 14,

    /// <summary>The skip and the device's share reach past its capacity.</summary>
    DpaOverrun = 15,

    /// <summary>The target range type is not among the component's coherency models.</summary>
    TypeUnsupported = 16,

    /// <summary>BI on a host-only coherent range: back-invalidate is for device-coherent memory.</summary>
    BackInvalidateUnsupported = 17,

    /// <summary>UIO without the capability for it.</summary>
    UioUnsupported = 18,
}
