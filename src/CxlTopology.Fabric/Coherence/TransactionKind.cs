namespace CxlTopology.Fabric;

/// <summary>What a transaction of a coherence engine is.</summary>
internal enum TransactionKind : byte
{
    /// <summary>Not in use.</summary>
    None,

    /// <summary>An access of the engine's own side: a core, an accelerator.</summary>
    Access,

    /// <summary>A line that leaves a cache.</summary>
    Eviction,

    /// <summary>At the host: a request of a device on CXL.cache. At the device: a request of the host on CXL.mem.</summary>
    Remote,

    /// <summary>A back-invalidate: at the device to make room in the snoop filter, at the host to be answered.</summary>
    BackInvalidate,

    /// <summary>A line of a page that is made the device's (bias flip).</summary>
    Flush,

    /// <summary>No line, but word to the host that the cache holds none any more.</summary>
    CacheFlush,
}
