namespace CxlTopology.Specification;

/// <summary>An uncorrectable error of CXL.cache and CXL.mem; the value is its bit in status, mask and severity.</summary>
public enum RasUncorrectable
{
    /// <summary>CXL.cache data parity.</summary>
    CacheDataParity = 0,

    /// <summary>CXL.cache address parity.</summary>
    CacheAddressParity = 1,

    /// <summary>CXL.cache byte-enable parity.</summary>
    CacheByteEnableParity = 2,

    /// <summary>CXL.cache data ECC.</summary>
    CacheDataEcc = 3,

    /// <summary>CXL.mem data parity.</summary>
    MemDataParity = 4,

    /// <summary>CXL.mem address parity.</summary>
    MemAddressParity = 5,

    /// <summary>CXL.mem byte-enable parity.</summary>
    MemByteEnableParity = 6,

    /// <summary>CXL.mem data ECC.</summary>
    MemDataEcc = 7,

    /// <summary>The link was reinitialized too often.</summary>
    ReinitThreshold = 8,

    /// <summary>A reserved encoding came in.</summary>
    ReservedEncoding = 9,

    /// <summary>Poison came in.</summary>
    PoisonReceived = 10,

    /// <summary>A receive buffer overflowed.</summary>
    ReceiverOverflow = 11,

    /// <summary>An internal error.</summary>
    Internal = 14,

    /// <summary>IDE, sending.</summary>
    IdeTransmit = 15,

    /// <summary>IDE, receiving.</summary>
    IdeReceive = 16,
}
