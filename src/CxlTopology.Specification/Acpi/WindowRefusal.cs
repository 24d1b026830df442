namespace CxlTopology.Specification;

/// <summary>Why software passes over a window of a CEDT. The error numbers are those of Linux.</summary>
public enum WindowRefusal
{
    /// <summary>It does not: the window can be used.</summary>
    None,

    /// <summary>The arithmetic is neither 0 nor 1. EINVAL.</summary>
    UnknownArithmetic,

    /// <summary>The base is not a multiple of 256 MiB. EINVAL.</summary>
    BaseMisaligned,

    /// <summary>The size is not a multiple of 256 MiB. EINVAL.</summary>
    SizeMisaligned,

    /// <summary>The code of the ways is reserved. EINVAL.</summary>
    WaysReserved,

    /// <summary>The record ends before its target list does. EINVAL.</summary>
    TargetsMissing,

    /// <summary>The code of the granularity is reserved. EINVAL.</summary>
    GranularityReserved,

    /// <summary>A target is no UID a host bridge can have here: they go to 2147483647. No error of Linux.</summary>
    TargetOutOfRange,

    /// <summary>XOR arithmetic over more than one or three ways, and no CXIMS of this granularity. EINVAL.</summary>
    XorMapsMissing,

    /// <summary>The CXIMS of this granularity has fewer maps than the ways need. ENXIO.</summary>
    XorMapsTooFew,

    /// <summary>The maps are no transform that undoes itself, as <see cref="XorMaps.TryCreate"/> says. No error of Linux.</summary>
    XorMapsUnusable,
}
