using System.Globalization;
using System.Runtime.CompilerServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What the home agent of a host and the coherence engine of a device have in common: transactions by line, messages that wait for one, data buffers, the log.</summary>
/// <remarks>
/// Nothing is allocated once the tables have their size. While 16,384 transactions are under way further requests wait; what must not wait, evictions and
/// back-invalidate snoops, may bring them to 32,768, and one more ends the run with <see cref="SimulationLimitException"/>.
/// </remarks>
public abstract class CoherenceEngine : FabricActor
{
    private protected const ulong LineMask = ~63UL;
    private protected const int LineBytes = 64;
    private protected const int None = -1;
    private const int TransactionsMax = 1 << 15;
    private const int RequestsMax = 1 << 14;
    private const int WaitingMax = 1 << 22;
    private MessageQueue? waiting;
    private bool admitting;
    private byte[] buffers = [];
    private int[] free = [];
    private int freeCount;
    private Message[] parked = [];
    private int[] parkedNext = [];
    private int parkedFree = None;
    private int activeElsewhere;
    private protected Transaction[] transactions = [];

    private protected CoherenceEngine(FabricOptions options, CoherenceLog? log)
        : base(options) => Log = log;

    /// <summary>Where checkers read what happened; null while nobody checks.</summary>
    public CoherenceLog? Log { get; }

    /// <summary>Transactions under way.</summary>
    public int Active => transactions.Length - freeCount + activeElsewhere;

    /// <summary>The most transactions that were under way at once.</summary>
    public int ActiveMax { get; private set; }

    /// <summary>What is under way, a sentence each: for the report of a run that came to no end.</summary>
    public IEnumerable<string> UnderWay
    {
        get
        {
            foreach (Transaction t in transactions)
            {
                if (t.Kind != TransactionKind.None)
                    yield return string.Create(CultureInfo.InvariantCulture, $"{Path}: {t.Kind} of line 0x{t.Line:x} (opcode {t.Opcode}) since {new SimTime(t.Started)}, waiting for {t.Phase}, {t.Pending} answers");
            }
        }
    }

    private protected int Allocate(ulong line, TransactionKind kind)
    {
        if (freeCount == 0)
            GrowTransactions();
        int index = free[--freeCount];
        ref Transaction t = ref transactions[index];
        t = new Transaction { Line = line, Kind = kind, Other = None, Block = None, Parked = None, ParkedLast = None, Started = Now.Femtoseconds, Life = t.Life + 1 };
        t.Request.Payload = None;
        ActiveMax = Math.Max(ActiveMax, Active);
        return index;
    }

    /// <summary>Takes over how many transactions were under way in another process.</summary>
    private protected void LoadActive(int active) => activeElsewhere = active - (transactions.Length - freeCount);

    /// <summary>Gives a transaction's number back. What waits for it must have been taken before.</summary>
    private protected void Release(int index)
    {
        ref Transaction t = ref transactions[index];
        DropPayload(ref t.Request);
        t.Kind = TransactionKind.None;
        free[freeCount++] = index;
    }

    /// <summary>Takes a message over from the kernel, with its payload.</summary>
    private protected static void Keep(ref Message to, ref Message from)
    {
        to = from;
        from.Flags &= unchecked((ushort)~(Message.HasLines | Message.HasRecord));
        from.Payload = None;
    }

    /// <summary>Has a request wait while too many are under way; true if it does.</summary>
    private protected bool Wait(ref Message message)
    {
        if (admitting || (transactions.Length - freeCount < RequestsMax && waiting is not { Count: > 0 }))
        {
            admitting = false;
            return false;
        }

        (waiting ??= new MessageQueue(WaitingMax)).Enqueue(ref message);
        return true;
    }

    /// <summary>The request that has waited longest, once there is room for it.</summary>
    private protected bool TryAdmit(out Message message)
    {
        message = default;
        admitting = waiting is { Count: > 0 } && transactions.Length - freeCount < RequestsMax;
        if (admitting)
            message = waiting!.Dequeue();
        return admitting;
    }

    /// <summary>Has a message wait for the end of a transaction.</summary>
    private protected void Park(int index, ref Message message)
    {
        if (parkedFree == None)
            GrowParked();
        int place = parkedFree;
        parkedFree = parkedNext[place];
        Keep(ref parked[place], ref message);
        parkedNext[place] = None;
        ref Transaction t = ref transactions[index];
        if (t.Parked == None)
            t.Parked = place;
        else
            parkedNext[t.ParkedLast] = place;
        t.ParkedLast = place;
    }

    /// <summary>Takes the chain of messages that wait for a transaction off it.</summary>
    private protected int TakeParked(int index)
    {
        ref Transaction t = ref transactions[index];
        int first = t.Parked;
        t.Parked = t.ParkedLast = None;
        return first;
    }

    /// <summary>The next message of a chain.</summary>
    private protected bool NextParked(ref int chain, out Message message)
    {
        message = default;
        if (chain == None)
            return false;
        int place = chain;
        chain = parkedNext[place];
        message = parked[place];
        parked[place] = default;
        parkedNext[place] = parkedFree;
        parkedFree = place;
        return true;
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

    /// <summary>Gives a message a line of data.</summary>
    private protected void GiveData(ref Message message, ReadOnlySpan<byte> data, bool poisoned)
    {
        if (poisoned)
            message.Flags |= (ushort)AccessFlags.Poison;
        if (!Has(message, AccessFlags.TimingOnly))
            data.CopyTo(AddLine(ref message));
    }

    /// <summary>Writes those bytes of a line that the enables have a one for; nothing if the message has no data.</summary>
    private protected void Merge(Span<byte> line, in Message message)
    {
        if ((message.Flags & Message.HasLines) == 0)
            return;
        Span<byte> from = Line(message.Payload);
        if (!Has(message, AccessFlags.Partial))
        {
            from.CopyTo(line);
            return;
        }

        for (int i = 0; i < LineBytes; i++)
        {
            if ((message.Argument >> i & 1) != 0)
                line[i] = from[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected void LogState(ulong line, LineState state) => Log?.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.State, (ulong)state, 0));

    private protected void LogWrite(ulong line, ReadOnlySpan<byte> data, bool timingOnly)
    {
        if (Log is not null && !timingOnly)
            Log.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.Write, CoherenceLog.HashOf(data), 0));
    }

    /// <summary>The home memory of a line holds this from now on.</summary>
    private protected void LogStored(ulong line, ReadOnlySpan<byte> data, bool timingOnly)
    {
        if (Log is not null && !timingOnly)
            Log.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.Stored, CoherenceLog.HashOf(data), 0));
    }

    private protected void LogRead(ulong line, ReadOnlySpan<byte> data, long since, bool timingOnly)
    {
        if (Log is not null && !timingOnly)
            Log.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.Read, CoherenceLog.HashOf(data), since));
    }

    private protected void LogLost(ulong line) => Log?.Add(new CoherenceEvent(Now.Femtoseconds, line, CoherenceEventKind.Lost, 0, 0));

    private void GrowTransactions()
    {
        int before = transactions.Length;
        if (before == TransactionsMax)
            throw new SimulationLimitException($"{Path} has {TransactionsMax:N0} coherence transactions under way at {Now}; fewer outstanding accesses would do.");
        int after = Math.Max(16, before * 2);
        Array.Resize(ref transactions, after);
        Array.Resize(ref buffers, after * LineBytes);
        Array.Resize(ref free, after);
        for (int i = after - 1; i >= before; i--)
            free[freeCount++] = i;
    }

    private void GrowParked()
    {
        int before = parked.Length;
        int after = Math.Max(16, before * 2);
        if (after > 1 << 22)
            throw new SimulationLimitException($"{before:N0} messages wait for lines at {Path} at {Now}; fewer outstanding accesses would do.");
        Array.Resize(ref parked, after);
        Array.Resize(ref parkedNext, after);
        for (int i = after - 1; i >= before; i--)
        {
            parkedNext[i] = parkedFree;
            parkedFree = i;
        }
    }

    /// <summary>Makes an access to a line that the cache holds as it must be held.</summary>
    private protected void PerformInCache(CacheArray cache, int frame, ref Message message, long since, SimDuration after)
    {
        bool timingOnly = Has(message, AccessFlags.TimingOnly);
        ulong line = cache.Line(frame);
        cache.Touch(frame);
        if (message.Kind == (byte)MessageKind.M2SRwD)
        {
            SetCacheState(frame, LineState.Modified);
            if (!timingOnly)
            {
                Merge(cache.Data(frame), message);
                cache.Poisoned(frame) &= Has(message, AccessFlags.Partial);
                LogWrite(line, cache.Data(frame), false);
            }
        }
        else if (!timingOnly && !cache.Poisoned(frame))
        {
            LogRead(line, cache.Data(frame), since, false);
        }

        Respond(ref message, timingOnly ? default : cache.Data(frame), cache.Poisoned(frame), AccessStatus.Ok, after);
    }

    /// <summary>Sets the state of a line of the engine's cache.</summary>
    private protected abstract void SetCacheState(int frame, LineState state);

    /// <summary>Tells who asked that an access is done.</summary>
    private protected abstract void Respond(ref Message message, ReadOnlySpan<byte> data, bool poisoned, AccessStatus status, SimDuration after);
}
