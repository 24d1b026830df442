namespace CxlTopology.Specification;

/// <summary>How a memory transaction was completed: well, or for which reason not.</summary>
public enum AccessStatus : byte
{
    /// <summary>The addressed memory answered.</summary>
    Ok = 0,

    /// <summary>No fixed memory window of the host covers the address.</summary>
    NoWindow = 1,

    /// <summary>No committed decoder of a host bridge or switch covers the address.</summary>
    NoDecoder = 2,

    /// <summary>The decoder's target list names a port that the component does not have.</summary>
    TargetMissing = 3,

    /// <summary>Nothing is attached to the port that the decoder chose.</summary>
    NoDevice = 4,

    /// <summary>The link below the port is down.</summary>
    LinkDown = 5,

    /// <summary>The endpoint's memory is not enabled (DVSEC Mem_Enable, HDM Decoder Enable).</summary>
    MemoryDisabled = 6,

    /// <summary>No committed decoder of the endpoint covers the address.</summary>
    NoEndpointDecoder = 7,

    /// <summary>The decoder's device address lies past the end of the endpoint's memory.</summary>
    DpaOutOfRange = 8,

    /// <summary>The interleave codes of the decoder that claims the address are reserved (permissive profile only).</summary>
    ReservedInterleave = 9,

    /// <summary>No completion came within the transaction timeout.</summary>
    Timeout = 10,

    /// <summary>The memory answered with poisoned data.</summary>
    Poisoned = 11,

    /// <summary>The endpoint's memory is not up yet (Memory_Active).</summary>
    MediaNotReady = 12,

    /// <summary>The root port is isolated: it answers itself for what is below it.</summary>
    Isolated = 13,

    /// <summary>A back-invalidate snoop cannot pass a port on the way: 68-byte flits, or a BI decoder that is not committed.</summary>
    NoBackInvalidate = 14,

    /// <summary>The host's IOMMU refused it: the device has no address space, nothing is mapped at the address, or the access is not allowed (unsupported request).</summary>
    TranslationFault = 15,

    /// <summary>The device may not make requests: Bus Master Enable is clear.</summary>
    BusMasterDisabled = 16,

    /// <summary>The device was reset while its engine was at work, and the access was not made.</summary>
    EngineReset = 17,

    /// <summary>CXL.cache cannot pass a port on the way: no cache ID decoder in force that lets it, no route back by its cache ID, or a request for HDM-D memory where no such device is known.</summary>
    NoCacheId = 18,
}
