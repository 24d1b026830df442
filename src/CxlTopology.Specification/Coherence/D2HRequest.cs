namespace CxlTopology.Specification;

/// <summary>Requests of a device to the host on CXL.cache, by their opcode.</summary>
public enum D2HRequest : byte
{
    /// <summary>The line as it is now, for one use; nobody's state changes.</summary>
    RdCurr = 0x1,

    /// <summary>The line, to be written: the only copy.</summary>
    RdOwn = 0x2,

    /// <summary>The line, to be read and kept.</summary>
    RdShared = 0x3,

    /// <summary>The line in whatever state the host likes to give.</summary>
    RdAny = 0x4,

    /// <summary>The only copy without the data, because all of it will be written, or to make the host give up its copy.</summary>
    RdOwnNoData = 0x5,

    /// <summary>Takes ownership and hands a whole new line to the host at once, into its cache.</summary>
    ItoMWr = 0x6,

    /// <summary>Writes a whole line where it is: in the host's cache if that has it, else in memory (MemWr).</summary>
    WrCur = 0x7,

    /// <summary>Has every cache give the line up.</summary>
    ClFlush = 0x8,

    /// <summary>Gives up an exclusive line, and offers the data.</summary>
    CleanEvict = 0x9,

    /// <summary>Gives up a modified line with its data.</summary>
    DirtyEvict = 0xA,

    /// <summary>Gives up a shared or exclusive line; for the host's snoop filter.</summary>
    CleanEvictNoData = 0xB,

    /// <summary>Weakly ordered write of some bytes to memory; every copy is invalidated.</summary>
    WoWrInv = 0xC,

    /// <summary>Weakly ordered write of a whole line to memory; every copy is invalidated.</summary>
    WoWrInvF = 0xD,

    /// <summary>Write of some or all bytes to memory; every copy is invalidated, and only then is it done.</summary>
    WrInv = 0xE,

    /// <summary>The device's cache holds nothing any more.</summary>
    CacheFlushed = 0x10,
}
