using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Tags, states and data of a set-associative cache. A frame may be locked while a transaction of its line is under way: it is no victim then.</summary>
internal sealed class CacheArray
{
    private const ulong BytesMax = 1UL << 30;
    private const int LineBytes = 64;
    private readonly ulong[] tags;
    private readonly LineState[] states;
    private readonly bool[] locked;
    private readonly bool[] poisoned;
    private readonly long[] stamps;
    private readonly int sets;
    private readonly int ways;
    private readonly ReplacementPolicy policy;
    private byte[]? data;
    private long clock;

    public CacheArray(CacheOptions options)
    {
        if (options.Ways is < 1 or > 64 || options.Size.Bytes == 0 || options.Size.Bytes > BytesMax || options.Size.Bytes % ((ulong)options.Ways * LineBytes) != 0)
            throw new WiringException($"A cache of {options.Size} with {options.Ways} ways cannot be built: 1 to 64 ways, a multiple of 64 B times the ways, at most 1 GiB.");
        ways = options.Ways;
        sets = (int)(options.Size.Bytes / LineBytes) / ways;
        policy = options.Policy;
        int frames = sets * ways;
        tags = new ulong[frames];
        states = new LineState[frames];
        locked = new bool[frames];
        poisoned = new bool[frames];
        stamps = new long[frames];
    }

    /// <summary>How many lines it holds at the most.</summary>
    public int Frames => tags.Length;

    /// <summary>The frame that holds a line; -1 if none does.</summary>
    public int Find(ulong line)
    {
        int first = SetOf(line);
        for (int frame = first; frame < first + ways; frame++)
        {
            if (tags[frame] == line && states[frame] != LineState.Invalid)
                return frame;
        }

        return -1;
    }

    /// <summary>The state of a line.</summary>
    public LineState StateOf(ulong line) => Find(line) is >= 0 and int frame ? states[frame] : LineState.Invalid;

    /// <summary>The line in a frame.</summary>
    public ulong Line(int frame) => tags[frame];

    /// <summary>The state of a frame.</summary>
    public ref LineState State(int frame) => ref states[frame];

    /// <summary>Whether the frame must stay.</summary>
    public ref bool Locked(int frame) => ref locked[frame];

    /// <summary>Whether the data is poisoned.</summary>
    public ref bool Poisoned(int frame) => ref poisoned[frame];

    /// <summary>The data of a frame.</summary>
    public Span<byte> Data(int frame) => (data ??= new byte[tags.Length * LineBytes]).AsSpan(frame * LineBytes, LineBytes);

    /// <summary>Notes a use.</summary>
    public void Touch(int frame)
    {
        if (policy == ReplacementPolicy.Lru)
            stamps[frame] = ++clock;
    }

    /// <summary>The frame that a new line may take: an empty one, or the victim of the policy; -1 if all are locked. Nothing is changed.</summary>
    public int Choose(ulong line)
    {
        int first = SetOf(line);
        int victim = -1;
        int candidates = 0;
        for (int frame = first; frame < first + ways; frame++)
        {
            if (states[frame] == LineState.Invalid)
                return frame;
            if (locked[frame])
                continue;
            candidates++;
            if (victim < 0 || (policy == ReplacementPolicy.Random ? StableHash.Mix((ulong)++clock) % (ulong)candidates == 0 : stamps[frame] < stamps[victim]))
                victim = frame;
        }

        return victim;
    }

    /// <summary>Puts a line into a frame.</summary>
    public void Install(int frame, ulong line, LineState state)
    {
        tags[frame] = line;
        states[frame] = state;
        locked[frame] = false;
        poisoned[frame] = false;
        stamps[frame] = ++clock;
    }

    /// <summary>The lines it holds, in the order of frames.</summary>
    public IEnumerable<(ulong Line, LineState State)> Lines()
    {
        for (int frame = 0; frame < tags.Length; frame++)
        {
            if (states[frame] != LineState.Invalid)
                yield return (tags[frame], states[frame]);
        }
    }

    /// <summary>Writes which lines it holds; what it holds of them stays.</summary>
    public void Save(WireBuffer to)
    {
        to.WriteInt32(states.Count(s => s != LineState.Invalid));
        for (int frame = 0; frame < tags.Length; frame++)
        {
            if (states[frame] == LineState.Invalid)
                continue;
            to.WriteInt32(frame);
            to.WriteUInt64(tags[frame]);
            to.WriteByte((byte)states[frame]);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(ref WireReader from)
    {
        Array.Clear(states);
        for (int left = from.ReadCount(Frames); left > 0; left--)
        {
            int frame = from.ReadCount(Frames - 1);
            (tags[frame], states[frame]) = (from.ReadUInt64(), (LineState)from.ReadByte());
        }
    }

    private int SetOf(ulong line)
    {
        ulong number = line >> 6;
        return (int)(BitOperations.IsPow2(sets) ? number & (ulong)(sets - 1) : number % (ulong)sets) * ways;
    }
}
