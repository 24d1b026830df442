namespace CxlTopology.Akka;

/// <summary>What a frame of a run is.</summary>
internal enum FrameKind : byte
{
    /// <summary>A node agrees to take part.</summary>
    Claimed = 1,

    /// <summary>A part of the job, in order.</summary>
    JobPart = 2,

    /// <summary>How many bytes of the job have come.</summary>
    JobTaken = 3,

    /// <summary>Who takes part.</summary>
    Start = 4,

    /// <summary>The node knows the others, and takes batches.</summary>
    Ready = 5,

    /// <summary>All are ready.</summary>
    Go = 6,

    /// <summary>A part of a batch.</summary>
    Batch = 7,

    /// <summary>A sign of life, with the number of batches that went before.</summary>
    Ping = 8,

    /// <summary>The run cannot go on: a node is lost, or gives up.</summary>
    Lost = 9,

    /// <summary>A node's share is over.</summary>
    Done = 10,

    /// <summary>The run is over: the node is free.</summary>
    Bye = 11,
}
