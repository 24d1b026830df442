using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Choices that hold for the whole run.</summary>
public sealed record PolicyModel
{
    /// <summary>What decoders check before they commit. Strict by default.</summary>
    public CommitPolicy Commit { get; init; }

    /// <summary>How an unclaimed access completes. With poison by default.</summary>
    public UnclaimedPolicy Unclaimed { get; init; }

    /// <summary>Memory accesses carry data, so that reads return what was written. True by default; false is faster.</summary>
    public bool Payloads { get; init; } = true;

    /// <summary>Time after which a requester gives up on a transaction. 10 ms by default.</summary>
    public SimDuration Timeout { get; init; } = SimDuration.FromMilliseconds(10);

    /// <summary>Where the policy stands in the file; 0:0 if all of it is default.</summary>
    public SourcePosition Position { get; init; }
}
