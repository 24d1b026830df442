using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Tags, states and data of a set-associative cache. A frame may be locked while a transaction of its line is under way: it is no victim then.</summary>
internal sealed class CacheArray
{
    private const ulong BytesMax = 1UL << 30;
    private const int LineBytes = 64;
    private const int FramesOfLine = 4;
    private readonly CacheFrame[] frames;
    private readonly int sets;
    private readonly ulong setMask; // 0 where the sets are no power of two
    private readonly int ways;
    private readonly ReplacementPolicy policy;
    private byte[]? data;
    private ulong clock;
    private ulong sought = ulong.MaxValue; // the tag that was looked for last, and where it was: a line in hand is looked for again and again
    private int found = -1;

    public CacheArray(CacheOptions options)
    {
        if (options.Ways is < 1 or > 64 || options.Size.Bytes == 0 || options.Size.Bytes > BytesMax || options.Size.Bytes % ((ulong)options.Ways * LineBytes) != 0)
            throw new WiringException($"A cache of {options.Size} with {options.Ways} ways cannot be built: 1 to 64 ways, a multiple of 64 B times the ways, at most 1 GiB.");
        ways = options.Ways;
        sets = (int)(options.Size.Bytes / LineBytes) / ways;
        setMask = BitOperations.IsPow2(sets) ? (ulong)sets - 1 : 0;
        policy = options.Policy;
        frames = new CacheFrame[sets * ways];
    }

    /// <summary>How many lines it holds at the most.</summary>
    public int Frames => frames.Length;

    /// <summary>The frame that holds a line; -1 if none does.</summary>
    public int Find(ulong line)
    {
        ulong tag = CacheFrame.TagOf(line);
        if (tag != sought || (found >= 0 && !frames[found].Holds(tag)))
            Seek(line, tag);
        return found;
    }

    /// <summary>The state of a line.</summary>
    public LineState StateOf(ulong line) => Find(line) is >= 0 and int frame ? frames[frame].State : LineState.Invalid;

    /// <summary>The line in a frame.</summary>
    public ulong Line(int frame) => frames[frame].Line;

    /// <summary>The state of a frame.</summary>
    public ref LineState State(int frame)
    {
        if (found < 0)
            sought = ulong.MaxValue; // the line that was not there may be there when this was written
        return ref frames[frame].State;
    }

    /// <summary>Whether the frame must stay.</summary>
    public ref bool Locked(int frame) => ref frames[frame].Locked;

    /// <summary>Whether the data is poisoned.</summary>
    public ref bool Poisoned(int frame) => ref frames[frame].Poisoned;

    /// <summary>The data of a frame.</summary>
    public Span<byte> Data(int frame) => (data ??= new byte[frames.Length * LineBytes]).AsSpan(frame * LineBytes, LineBytes);

    /// <summary>Notes a use.</summary>
    public void Touch(int frame)
    {
        if (policy == ReplacementPolicy.Lru)
            frames[frame].SetStamp(++clock);
    }

    /// <summary>Has the frames fetched that a line may be in.</summary>
    public void Fetch(ulong line)
    {
        ReadOnlySpan<CacheFrame> set = frames.AsSpan(SetOf(line), ways);
        for (int way = 0; way < set.Length; way += FramesOfLine)
            Prefetch.Read(in set[way]);
        Prefetch.Read(in set[^1]); // sets do not start where lines of memory start
    }

    /// <summary>The frame that a new line may take: an empty one, or the victim of the policy; -1 if all are locked.</summary>
    /// <remarks>No frame is changed. The random policy draws anew for a full set, so that a question may come to another victim than the next one does; whether there is a frame, and which one if one is empty, does not depend on what is drawn.</remarks>
    public int Choose(ulong line)
    {
        int first = SetOf(line);
        ReadOnlySpan<CacheFrame> set = frames.AsSpan(first, ways);
        if (policy == ReplacementPolicy.Random)
            return ChooseAny(first, set);
        int victim = -1;
        ulong oldest = ulong.MaxValue;
        for (int way = 0; way < set.Length; way++)
        {
            ref readonly CacheFrame frame = ref set[way];
            if (frame.State == LineState.Invalid)
                return first + way;
            if (frame.Locked || frame.Stamp >= oldest)
                continue;
            oldest = frame.Stamp;
            victim = first + way;
        }

        return victim;
    }

    /// <summary>Puts a line into a frame.</summary>
    public void Install(int frame, ulong line, LineState state)
    {
        frames[frame].Install(line, state, ++clock);
        sought = CacheFrame.TagOf(line);
        found = frame;
    }

    /// <summary>The lines it holds, in the order of frames.</summary>
    public IEnumerable<(ulong Line, LineState State)> Lines()
    {
        for (int frame = 0; frame < frames.Length; frame++)
        {
            if (frames[frame].State != LineState.Invalid)
                yield return (frames[frame].Line, frames[frame].State);
        }
    }

    /// <summary>Adds the lines it holds and their states to a digest, in the order of frames.</summary>
    public void AppendState(ref RunDigest digest)
    {
        foreach (ref readonly CacheFrame frame in frames.AsSpan())
        {
            if (frame.State != LineState.Invalid)
                digest.Add(frame.Line | (ulong)frame.State);
        }
    }

    /// <summary>Writes which lines it holds; what it holds of them stays.</summary>
    public void Save(WireBuffer to)
    {
        to.WriteInt32(frames.Count(f => f.State != LineState.Invalid));
        for (int frame = 0; frame < frames.Length; frame++)
        {
            if (frames[frame].State == LineState.Invalid)
                continue;
            to.WriteInt32(frame);
            to.WriteUInt64(frames[frame].Line);
            to.WriteByte((byte)frames[frame].State);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(ref WireReader from)
    {
        foreach (ref CacheFrame frame in frames.AsSpan())
            frame.State = LineState.Invalid;
        sought = ulong.MaxValue;
        for (int left = from.ReadCount(Frames); left > 0; left--)
        {
            int frame = from.ReadCount(Frames - 1);
            ulong line = from.ReadUInt64();
            frames[frame].Tag = CacheFrame.TagOf(line) | from.ReadByte();
        }
    }

    /// <summary>An empty frame, or any that is not locked.</summary>
    private int ChooseAny(int first, ReadOnlySpan<CacheFrame> set)
    {
        int victim = -1;
        ulong candidates = 0;
        for (int way = 0; way < set.Length; way++)
        {
            if (set[way].State == LineState.Invalid)
                return first + way;
            if (set[way].Locked)
                continue;
            candidates++;
            if (victim < 0 || StableHash.Mix(++clock) % candidates == 0)
                victim = first + way;
        }

        return victim;
    }

    private void Seek(ulong line, ulong tag)
    {
        int first = SetOf(line);
        ReadOnlySpan<CacheFrame> set = frames.AsSpan(first, ways);
        sought = tag;
        found = -1;
        for (int way = 0; way < set.Length; way++)
        {
            if (!set[way].Holds(tag))
                continue;
            found = first + way;
            return;
        }
    }

    private int SetOf(ulong line)
    {
        ulong number = line >> 6;
        return (int)(setMask != 0 ? number & setMask : number % (ulong)sets) * ways;
    }
}
