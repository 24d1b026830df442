namespace CxlTopology.Fabric;

/// <summary>What a transaction of a coherence engine waits for.</summary>
internal enum TransactionPhase : byte
{
    /// <summary>To be looked at.</summary>
    Start,

    /// <summary>Answers to snoops.</summary>
    Snoops,

    /// <summary>A completion of CXL.mem that changes who holds the line.</summary>
    Permission,

    /// <summary>The memory's data, or that it has been written.</summary>
    Memory,

    /// <summary>Data that was pulled.</summary>
    Pull,

    /// <summary>The host's answer to a request on CXL.cache.</summary>
    Home,

    /// <summary>MemRdFwd or MemWrFwd.</summary>
    Forward,

    /// <summary>The answer to a back-invalidate snoop.</summary>
    BackInvalidate,

    /// <summary>Room in the snoop filter.</summary>
    Filter,

    /// <summary>The acknowledgement of a conflict.</summary>
    ConflictAck,

    /// <summary>The end of another transaction of the line.</summary>
    Other,

    /// <summary>Its own time to go by.</summary>
    Delay,
}
