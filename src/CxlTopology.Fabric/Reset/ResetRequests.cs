namespace CxlTopology.Fabric;

/// <summary>What a write to configuration space asks of resets and caches.</summary>
[Flags]
internal enum ResetRequests : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Initiate Function Level Reset.</summary>
    Function = 1,

    /// <summary>Initiate CXL Reset.</summary>
    Cxl = 2,

    /// <summary>Initiate Cache Write Back and Invalidation.</summary>
    WriteBack = 4,

    /// <summary>Disable Caching has another value.</summary>
    Caching = 8,

    /// <summary>Secondary Bus Reset or Link Disable of a port was written, or what masks them.</summary>
    Bridge = 16,

    /// <summary>Hot reset of logical devices (<see cref="PciFunction.TakeLogicalDevices"/>).</summary>
    Logical = 32,
}
