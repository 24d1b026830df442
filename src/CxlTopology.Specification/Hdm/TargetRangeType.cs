namespace CxlTopology.Specification;

/// <summary>Who keeps the memory behind a decoder coherent (HDM decoder control, bit 12).</summary>
public enum TargetRangeType : byte
{
    /// <summary>Device coherent: HDM-D or, with BI set, HDM-DB. Code 0, the default; type 2.</summary>
    DeviceCoherent = 0,

    /// <summary>Host-only coherent: HDM-H. Code 1; type 3.</summary>
    HostOnly = 1,
}
