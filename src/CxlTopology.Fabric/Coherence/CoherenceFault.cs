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
}
