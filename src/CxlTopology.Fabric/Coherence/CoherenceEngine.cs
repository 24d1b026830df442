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
public abstract partial class CoherenceEngine : FabricActor
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

    private protected CoherenceEngine(FabricOptions options, CacheOptions? cache, bool keepsLog, CoherenceFault fault)
        : base(options)
    {
        this.fault = fault;
        this.cache = cache is null ? null : new CacheArray(cache);
        Log = keepsLog ? new CoherenceLog() : null;
    }

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
        t.Begin(line, kind, Now.Femtoseconds);
        ActiveMax = Math.Max(ActiveMax, Active);
        return index;
    }

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

    /// <summary>Takes the request of a transaction out of it, with its payload.</summary>
    private protected Message TakeRequest(int index)
    {
        ref Message request = ref transactions[index].Request;
        Message taken = request;
        request.Flags &= unchecked((ushort)~Message.HasLines);
        request.Payload = None;
        return taken;
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

    /// <summary>Whether requests wait for room.</summary>
    private protected bool HasWaiting => waiting is { Count: > 0 };

    /// <summary>The request that has waited longest, once there is room for it; nothing otherwise.</summary>
    private protected bool TryAdmit(out Message message)
    {
        Unsafe.SkipInit(out message);
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
        Unsafe.SkipInit(out message);
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
}
