using System.Runtime.CompilerServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Lines of either side: in the cache, in the buffers of transactions, in messages; and what checkers are told of them.</summary>
public abstract partial class CoherenceEngine
{
    private readonly CoherenceFault fault;
    private uint faultClock;
    private protected readonly CacheArray? cache;

    /// <summary>Whether accesses carry data: said by the first that does.</summary>
    private protected bool hasData;

    /// <summary>The lines in the cache with their states.</summary>
    public IEnumerable<(ulong Line, LineState State)> CachedLines => cache?.Lines() ?? [];

    /// <summary>Lines that the cache holds.</summary>
    private protected int CachedCount { get; private set; }

    /// <summary>Whether a deliberate bug strikes this time: in one of seven cases, by count.</summary>
    private protected bool Strikes(CoherenceFault bug) => fault == bug && ++faultClock % 7 == 0;

    /// <summary>Whether a deliberate bug is there all the time.</summary>
    private protected bool Suffers(CoherenceFault bug) => fault == bug;

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        cache?.AppendState(ref digest);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteInt32(Active);
        cache?.Save(to);
        Log?.Save(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        activeElsewhere = from.ReadInt32() - (transactions.Length - freeCount);
        cache?.Load(ref from);
        Log?.Load(ref from);
        CachedCount = CachedLines.Count();
    }

    /// <summary>The line that a transaction holds in its buffer.</summary>
    private protected Span<byte> Buffer(int index) => buffers.AsSpan(index * LineBytes, LineBytes);

    /// <summary>Takes the data of a message into the buffer of a transaction.</summary>
    private protected void TakeData(int index, in Message message)
    {
        ref Transaction t = ref transactions[index];
        t.HasData = true;
        t.IsPoisoned = Has(message, AccessFlags.Poison);
        if ((message.Flags & Message.HasLines) != 0)
            Line(message.Payload).CopyTo(Buffer(index));
    }

    /// <summary>Takes the line in a frame of the cache into the buffer of a transaction.</summary>
    private protected void TakeFrame(int index, int frame)
    {
        ref Transaction t = ref transactions[index];
        t.HasData = true;
        t.IsPoisoned = cache!.Poisoned(frame);
        if (hasData)
            cache.Data(frame).CopyTo(Buffer(index));
    }

    /// <summary>Puts the line of a transaction into a frame that does not hold it yet, in no state so far.</summary>
    private protected void FillFrame(int index, int frame)
    {
        ref Transaction t = ref transactions[index];
        if (cache!.Line(frame) == t.Line && cache.State(frame) != LineState.Invalid)
            return;
        cache.Install(frame, t.Line, LineState.Invalid);
        if (t.HasData && hasData)
            Buffer(index).CopyTo(cache.Data(frame));
        cache.Poisoned(frame) = t.IsPoisoned;
    }

    /// <summary>Sets the state of a line of the cache.</summary>
    private protected void SetCacheState(int frame, LineState state)
    {
        LineState before = cache!.State(frame);
        if (before == state)
            return;
        if (state == LineState.Invalid)
            CachedCount--;
        else if (before == LineState.Invalid)
            CachedCount++;
        LogState(cache.Line(frame), state);
        cache.State(frame) = state;
    }

    /// <summary>Gives a message a line of data.</summary>
    private protected void GiveData(ref Message message, ReadOnlySpan<byte> data, bool poisoned)
    {
        if (poisoned)
            message.Flags |= (ushort)AccessFlags.Poison;
        if (!Has(message, AccessFlags.TimingOnly))
            data.CopyTo(AddLine(ref message));
    }

    /// <summary>The bytes that a write means: those that its enables have a one for.</summary>
    private protected static ulong BytesOf(in Message message) => Has(message, AccessFlags.Partial) ? message.Argument : CoherenceLog.AllBytes;

    /// <summary>Writes those bytes of a line that the enables have a one for; nothing if the message has no data.</summary>
    private protected void Merge(Span<byte> line, in Message message)
    {
        if ((message.Flags & Message.HasLines) == 0)
            return;
        Span<byte> from = Line(message.Payload);
        ulong bytes = BytesOf(message);
        if (bytes == CoherenceLog.AllBytes || Strikes(CoherenceFault.IgnoredByteEnables))
        {
            from.CopyTo(line);
            return;
        }

        for (; bytes != 0; bytes &= bytes - 1)
        {
            int i = System.Numerics.BitOperations.TrailingZeroCount(bytes);
            line[i] = from[i];
        }
    }

    /// <summary>Makes an access to a line that the cache holds as it must be held.</summary>
    private protected void PerformInCache(int frame, ref Message message, long since, SimDuration after)
    {
        CacheArray held = cache!;
        bool timingOnly = Has(message, AccessFlags.TimingOnly);
        ulong line = held.Line(frame);
        held.Touch(frame);
        if (message.Kind == (byte)MessageKind.M2SRwD)
        {
            SetCacheState(frame, LineState.Modified);
            if (!timingOnly)
            {
                Merge(held.Data(frame), message);
                held.Poisoned(frame) = IsPoisonedBy(message, held.Poisoned(frame));
                LogWrite(line, held.Data(frame), message);
            }
        }
        else if (!timingOnly && !held.Poisoned(frame))
        {
            LogRead(line, held.Data(frame), since, false);
        }

        Respond(ref message, timingOnly ? default : held.Data(frame), held.Poisoned(frame), AccessStatus.Ok, after);
    }

    /// <summary>The same for a line that found no frame: in the buffer of its transaction.</summary>
    private protected void PerformInBuffer(int index, ref Message message, SimDuration after)
    {
        ref Transaction t = ref transactions[index];
        if (message.Kind == (byte)MessageKind.M2SRwD)
        {
            if (!t.TimingOnly)
            {
                Merge(Buffer(index), message);
                t.IsPoisoned = IsPoisonedBy(message, t.IsPoisoned);
                LogWrite(t.Line, Buffer(index), message);
            }
        }
        else
        {
            LogRead(t.Line, Buffer(index), t.Started, t.TimingOnly || t.IsPoisoned);
        }

        Respond(ref message, t.TimingOnly ? default : Buffer(index), t.IsPoisoned, AccessStatus.Ok, after);
    }

    /// <summary>Tells who asked that an access is done.</summary>
    private protected abstract void Respond(ref Message message, ReadOnlySpan<byte> data, bool poisoned, AccessStatus status, SimDuration after);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected void LogState(ulong line, LineState state) => Log?.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.State, (ulong)state, 0));

    /// <summary>A write has taken effect in a copy of the whole line, which is given as it is now.</summary>
    private protected void LogWrite(ulong line, ReadOnlySpan<byte> data, in Message write) =>
        Log?.AddData(Now.Femtoseconds, line, CoherenceEventKind.Write, data, BytesOf(write), Has(write, AccessFlags.Poison), isWhole: true);

    /// <summary>A write past all caches takes effect in memory.</summary>
    private protected void LogUncachedWrite(ulong line, in Message write)
    {
        if (Log is not null && (write.Flags & Message.HasLines) != 0)
            LogUncachedWrite(line, Line(write.Payload), BytesOf(write), Has(write, AccessFlags.Poison));
    }

    private protected void LogUncachedWrite(ulong line, ReadOnlySpan<byte> data, ulong bytes, bool poisoned)
    {
        Log?.AddData(Now.Femtoseconds, line, CoherenceEventKind.Write, data, bytes, poisoned, bytes == CoherenceLog.AllBytes);
        Log?.AddData(Now.Femtoseconds, line, CoherenceEventKind.Stored, data, bytes, poisoned, bytes == CoherenceLog.AllBytes);
    }

    /// <summary>The home memory of a line holds this from now on.</summary>
    private protected void LogStored(ulong line, ReadOnlySpan<byte> data, bool poisoned, bool timingOnly)
    {
        if (!timingOnly)
            Log?.AddData(Now.Femtoseconds, line, CoherenceEventKind.Stored, data, CoherenceLog.AllBytes, poisoned, isWhole: true);
    }

    private protected void LogRead(ulong line, ReadOnlySpan<byte> data, long since, bool timingOnly)
    {
        if (Log is not null && !timingOnly)
            Log.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.Read, CoherenceLog.HashOf(data), since));
    }

    private protected void LogLost(ulong line) => Log?.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.Lost, 0, 0));

    // A whole line brings its own poison or none; a part of one leaves what is there.
    private static bool IsPoisonedBy(in Message write, bool before) => Has(write, AccessFlags.Poison) || (before && Has(write, AccessFlags.Partial));
}
