namespace CxlTopology.Fabric;

/// <summary>A deliberate bug in the protocol, by which tests show that the checkers see it. None in every other run.</summary>
internal enum CoherenceFault
{
    /// <summary>The protocol as it is.</summary>
    None,

    /// <summary>Now and then the host forgets a snoop and takes the line as given up.</summary>
    LostSnoop,

    /// <summary>Now and then the host grants a line before the snoops for it are answered.</summary>
    StaleGo,

    /// <summary>Now and then a device answers that it gave a line up, and keeps it.</summary>
    MissedInvalidate,

    /// <summary>Now and then the host says that it will keep nothing of a line that it keeps.</summary>
    WrongMetaValue,

    /// <summary>Now and then a modified line is evicted without being written.</summary>
    DroppedWriteBack,

    /// <summary>The host answers a back-invalidate snoop at once although it has a request of its own for the line.</summary>
    IgnoredConflict,

    /// <summary>Now and then the host answers a back-invalidate snoop with BIRspI, and keeps what it has.</summary>
    KeptCopy,

    /// <summary>Now and then the host answers BIRspI where it keeps the line shared or exclusive.</summary>
    WrongBackInvalidateResponse,

    /// <summary>The host answers for all lines of a block as for the first.</summary>
    WrongBlockAnswer,

    /// <summary>Now and then a device that has given up a line stays in the directory.</summary>
    DirectoryLeak,

    /// <summary>Now and then the host lets a device write its own memory (MemRdFwd) without giving up its copy.</summary>
    StaleForward,

    /// <summary>Now and then the host grants a line exclusively that others share.</summary>
    UnsharedGrant,

    /// <summary>Now and then the host takes the data of an eviction although it is marked as stale.</summary>
    StaleEviction,

    /// <summary>The host gives clean lines up and does not say so (MemClnEvct).</summary>
    LostCleanEvict,

    /// <summary>Now and then the poison of a line is lost when the host evicts it.</summary>
    LostPoison,

    /// <summary>Now and then a GO is so late that a snoop passes it.</summary>
    LateGo,

    /// <summary>Now and then the host forgets who waits for a line.</summary>
    LostWakeUp,

    /// <summary>Now and then the snoop filter forgets a line to make room, without taking it from the host.</summary>
    FilterNotInclusive,

    /// <summary>Now and then a page becomes the device's although the host may hold lines of it.</summary>
    FlipWithoutFlush,

    /// <summary>A page stays the device's although the host was given a line of it.</summary>
    MissedFlip,

    /// <summary>Now and then a device that is about to write a shared line does not heed that the host takes it away meanwhile.</summary>
    LostUpgrade,

    /// <summary>Now and then a device grants the host a line exclusively and keeps its own copy (Cmp-E for Cmp-S).</summary>
    WrongCompletion,

    /// <summary>Now and then a device answers a snoop as if its modified line were clean.</summary>
    LostForward,

    /// <summary>Now and then a device writes its own memory without asking the host that holds the line.</summary>
    UnaskedWrite,

    /// <summary>Now and then a write of some bytes writes all of the line.</summary>
    IgnoredByteEnables,
}
