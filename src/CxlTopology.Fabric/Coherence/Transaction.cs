using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a coherence engine has under way for one line. One struct for all kinds: the kind says which fields mean something.</summary>
internal struct Transaction
{
    private const int None = -1;

    /// <summary>The line.</summary>
    public ulong Line;

    /// <summary>The request that is served, with its payload.</summary>
    public Message Request;

    /// <summary>What it is.</summary>
    public TransactionKind Kind;

    /// <summary>What it waits for.</summary>
    public TransactionPhase Phase;

    /// <summary>The opcode in force: of what it asked for, or of what it serves.</summary>
    public byte Opcode;

    /// <summary>A state: what was granted, or what an eviction still holds.</summary>
    public LineState State;

    /// <summary>Answers that it still waits for: snoops, or lines of a block.</summary>
    public ushort Pending;

    /// <summary>The buffer holds the line.</summary>
    public bool HasData;

    /// <summary>What the buffer holds is newer than memory.</summary>
    public bool IsDirty;

    /// <summary>The data is poisoned.</summary>
    public bool IsPoisoned;

    /// <summary>Somebody kept a copy.</summary>
    public bool IsShared;

    /// <summary>The step that needs an answer of others has been taken.</summary>
    public bool Asked;

    /// <summary>The device whose memory it is has said what may be held.</summary>
    public bool IsPermitted;

    /// <summary>It is a write that is on its way to memory.</summary>
    public bool IsWritten;

    /// <summary>The transaction carries no data.</summary>
    public bool TimingOnly;

    /// <summary>The access may put its line into the cache: decided when it began, whatever becomes of caching meanwhile.</summary>
    public bool Keeps;

    /// <summary>Of a write past all caches: the bytes that it writes, a bit each.</summary>
    public ulong Bytes;

    /// <summary>Why it failed.</summary>
    public AccessStatus Status;

    /// <summary>Another transaction: of the home, the back-invalidate that waits; of the device, what goes on when this one is done. -1 for none.</summary>
    public int Other;

    /// <summary>First and last of the messages that wait for the line; -1 for none.</summary>
    public int Parked;

    /// <summary>The last of them.</summary>
    public int ParkedLast;

    /// <summary>Of a back-invalidate snoop that is answered with others of its block: which block; -1 for none.</summary>
    public int Block;

    /// <summary>When it started, in femtoseconds.</summary>
    public long Started;

    /// <summary>Of a read: what the line held at any time since then may be its answer, in femtoseconds.</summary>
    public long Since;

    /// <summary>Distinguishes it from the ones that had its number before.</summary>
    public uint Life;

    /// <summary>Starts over with a line; what it was before is forgotten.</summary>
    public void Begin(ulong line, TransactionKind kind, long now)
    {
        uint life = Life + 1;
        this = default;
        Line = line;
        Kind = kind;
        Request.Payload = None;
        (Other, Block, Parked, ParkedLast) = (None, None, None, None);
        (Started, Since) = (now, now);
        Life = life;
    }
}
