namespace CxlTopology.Fabric;

/// <summary>What a coherence event reports.</summary>
public enum CoherenceEventKind : byte
{
    /// <summary>A cache holds the line in another state; the value is that state.</summary>
    State,

    /// <summary>A write has taken effect; the value says which bytes it wrote.</summary>
    Write,

    /// <summary>The line's memory was written; the value says which bytes.</summary>
    Stored,

    /// <summary>A read has been given its data; the value is a hash of the line.</summary>
    Read,

    /// <summary>The line was lost or replaced from outside the protocol: what it holds from now on is not known.</summary>
    Lost,
}
