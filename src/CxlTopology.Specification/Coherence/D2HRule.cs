namespace CxlTopology.Specification;

/// <summary>How a host serves a request of a device on CXL.cache.</summary>
public sealed record D2HRule
{
    private readonly int kept; // two bits a state

    /// <summary>The request.</summary>
    public required D2HRequest Request { get; init; }

    /// <summary>The snoop that other devices get; null for none.</summary>
    public H2DRequest? Snoop { get; init; }

    /// <summary>Whether devices with shared copies get it too; else only one that owns the line.</summary>
    public bool SnoopsSharers { get; init; }

    /// <summary>The state that the host's cache keeps, by the state it has: I, S, E, M.</summary>
    public required IReadOnlyList<LineState> HostKept
    {
        get;
        init
        {
            field = value;
            for (int held = 0; held < value.Count; held++)
                kept |= (int)value[held] << (2 * held);
        }
    }

    /// <summary>The state that the host's cache keeps of a line that it has in a state.</summary>
    public LineState KeptBy(LineState held) => (LineState)(kept >> (2 * (int)held) & 3);

    /// <summary>Whether a modified line moves to the device as it is (GO-M); else it is written to memory when the host or another device gives it up.</summary>
    public bool MovesDirty { get; init; }

    /// <summary>What the host answers first.</summary>
    public required H2DResponse First { get; init; }

    /// <summary>What it answers when the data has come; null if nothing more.</summary>
    public H2DResponse? Last { get; init; }

    /// <summary>The state of a GO if nobody else holds the line.</summary>
    public required GoState Alone { get; init; }

    /// <summary>The state of a GO if the host or another device keeps a copy.</summary>
    public required GoState Among { get; init; }

    /// <summary>Whether the host sends the line.</summary>
    public bool SendsData { get; init; }

    /// <summary>Whether the device sends the line, or bytes of it.</summary>
    public bool PullsData { get; init; }

    /// <summary>Whether the requester held the line in its cache and gives it up.</summary>
    public bool Evicts { get; init; }

    /// <summary>The states of the requester's cache in which it makes the request.</summary>
    public IReadOnlyList<LineState> From { get; init; } = [LineState.Invalid];
}
