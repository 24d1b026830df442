using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>
/// The engine: when a bucket of the timing wheel opens nothing can be added to it from outside, so each component takes its messages of the bucket as one turn, in order, and
/// components come in any order.
/// </summary>
internal sealed class TurnWheel : Partition
{
    private const int SortFrom = 24;
    private const int Ahead = 16;
    private readonly TimingWheel wheel;
    private readonly int bucketShift;
    private readonly bool ignoreTies;
    private int[] active = new int[256];
    private SortItem[] sorting = new SortItem[64];
    private int openComponent = -1;
    private int openHead = -1;
    private long openEnd;
    private ulong touched;

    public TurnWheel(Simulation simulation, int index, int partitions, int bucketShift)
        : base(simulation, index, partitions)
    {
        this.bucketShift = bucketShift;
        wheel = new TimingWheel(slab, bucketShift);
        ignoreTies = simulation.Options.IgnoreTieRule;
    }

    public override void RunWindow(long limit)
    {
        for (long bucket = wheel.NextBucket(limit); bucket >= 0; bucket = wheel.NextBucket(limit))
        {
            RunBucket(bucket, limit);
            if (limit >> bucketShift == bucket)
                break;
        }
    }

    public override long EarliestBound() => live == 0 ? long.MaxValue : wheel.EarliestBound();

    public override void Rewind(long time) => wheel.Rewind(time >> bucketShift);

    public override void Drain(Action<int> take) => wheel.Drain(take);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override void Insert(int slot, ref Message message, int component)
    {
        if (component == openComponent && message.Time < openEnd)
            InsertOpen(slot, ref message);
        else
            wheel.Insert(slot, ref message);
    }

    protected override bool CancelPending(TimerHandle timer)
    {
        ref Message message = ref slab[timer.Slot];
        if (timer.Slot == slotInHand || message.Key != timer.Key || message.Kind == Message.NoKind)
            return false;
        DropPayload(ref message);
        message.Kind = Message.NoKind;
        dead++;
        return true;
    }

    // One method a bucket, not one endless loop: a long loop would stay in code compiled for on-stack replacement.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunBucket(long bucket, long limit)
    {
        long end = Math.Min((bucket + 1) << bucketShift, limit);
        int components = 0;
        ReadOnlySpan<int> gathered = wheel.TakeBucket(bucket);
        foreach (int slot in gathered)
        {
            ref Message message = ref slab[slot];
            if (message.Kind == Message.NoKind)
            {
                FreeDead(slot, ref message);
                continue;
            }

            if (message.Time >= end)
            {
                wheel.Insert(slot, ref message);
                continue;
            }

            ref ActorPlace place = ref places[places[message.Destination].Component];
            if (place.TurnCount++ == 0)
            {
                if (components == active.Length)
                    Array.Resize(ref active, components * 2);
                active[components++] = places[message.Destination].Component;
                message.Next = -1;
            }
            else
            {
                message.Next = place.TurnHead;
            }

            place.TurnHead = slot;
        }

        openEnd = end;
        for (int i = 0; i < components; i += Ahead)
        {
            int last = Math.Min(i + Ahead, components);
            if (components > Ahead)
                Touch(i, last);
            for (int j = i; j < last; j++)
                RunTurn(active[j]);
        }
    }

    // With many actors each turn misses the cache for its actor and its message. These loads do not wait for each other, as those of the turns would.
    private void Touch(int first, int last)
    {
        ulong sum = 0;
        for (int i = first; i < last; i++)
        {
            ref Message message = ref slab[places[active[i]].TurnHead];
            sum += places[message.Destination].Actor!.Warm();
        }

        touched = sum;
    }

    private void RunTurn(int component)
    {
        ref ActorPlace place = ref places[component];
        int count = place.TurnCount;
        place.TurnCount = 0;
        openHead = place.TurnHead;
        if (count > 1)
            openHead = count < SortFrom ? InsertionSort(openHead) : Sort(openHead, count);
        openComponent = component;
        while (!HandleOpen())
        {
        }

        openComponent = -1;
        if (now > latest)
            latest = now;
    }

    /// <summary>Handles the open turn to its end, or to an exception; false after one.</summary>
    private bool HandleOpen()
    {
        try
        {
            while (openHead >= 0)
            {
                int slot = openHead;
                ref Message message = ref slab[slot];
                openHead = message.Next;
                if (message.Kind == Message.NoKind)
                    FreeDead(slot, ref message); // cancelled after the bucket was opened
                else
                    Dispatch(slot, ref message);
            }

            return true;
        }
#pragma warning disable CA1031 // any exception of a handler is a failure of its actor, which its parent decides about
        catch (Exception exception)
#pragma warning restore CA1031
        {
            OnException(exception);
            return false;
        }
    }

    private void InsertOpen(int slot, ref Message message)
    {
        if (openHead < 0 || Before(ref message, ref slab[openHead]))
        {
            message.Next = openHead;
            openHead = slot;
            return;
        }

        int at = openHead;
        while (true)
        {
            ref Message here = ref slab[at];
            if (here.Next < 0 || Before(ref message, ref slab[here.Next]))
            {
                message.Next = here.Next;
                here.Next = slot;
                return;
            }

            at = here.Next;
        }
    }

    // Lists of a bucket come last inserted first, and a sender's times ascend: most insertions are at the head.
    private int InsertionSort(int list)
    {
        int sorted = list;
        ref Message first = ref slab[list];
        int slot = first.Next;
        first.Next = -1;
        while (slot >= 0)
        {
            ref Message message = ref slab[slot];
            int following = message.Next;
            if (Before(ref message, ref slab[sorted]))
            {
                message.Next = sorted;
                sorted = slot;
            }
            else
            {
                int at = sorted;
                while (true)
                {
                    ref Message here = ref slab[at];
                    if (here.Next < 0 || Before(ref message, ref slab[here.Next]))
                    {
                        message.Next = here.Next;
                        here.Next = slot;
                        break;
                    }

                    at = here.Next;
                }
            }

            slot = following;
        }

        return sorted;
    }

    private int Sort(int list, int count)
    {
        if (sorting.Length < count)
            sorting = new SortItem[Math.Max(count, sorting.Length * 2)];
        int n = 0;
        for (int slot = list; slot >= 0;)
        {
            ref Message message = ref slab[slot];
            sorting[n++] = new SortItem(message.Time, ignoreTies ? 0 : message.Key, slot);
            slot = message.Next;
        }

        sorting.AsSpan(0, n).Sort();
        int next = -1;
        while (n > 0)
        {
            int slot = sorting[--n].Slot;
            slab[slot].Next = next;
            next = slot;
        }

        return next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Before(ref Message a, ref Message b) => a.Time < b.Time || (a.Time == b.Time && a.Key < b.Key && !ignoreTies);

    private readonly record struct SortItem(long Time, ulong Key, int Slot) : IComparable<SortItem>
    {
        public int CompareTo(SortItem other) => Time != other.Time ? Time.CompareTo(other.Time) : Key.CompareTo(other.Key);
    }
}
