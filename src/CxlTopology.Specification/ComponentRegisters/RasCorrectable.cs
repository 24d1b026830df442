namespace CxlTopology.Specification;

/// <summary>A correctable error of CXL.cache and CXL.mem; the value is its bit in status and mask.</summary>
public enum RasCorrectable
{
    /// <summary>CXL.cache data ECC.</summary>
    CacheDataEcc = 0,

    /// <summary>CXL.mem data ECC.</summary>
    MemDataEcc = 1,

    /// <summary>Too many CRC errors.</summary>
    CrcThreshold = 2,

    /// <summary>Too many retries.</summary>
    RetryThreshold = 3,

    /// <summary>Poison came in by CXL.cache.</summary>
    CachePoisonReceived = 4,

    /// <summary>Poison came in by CXL.mem.</summary>
    MemPoisonReceived = 5,

    /// <summary>The physical layer.</summary>
    PhysicalLayer = 6,
}
