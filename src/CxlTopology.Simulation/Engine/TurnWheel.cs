using System.Numerics;
using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>
/// The engine: when a bucket of the timing wheel opens nothing can be added to it from outside, so each component takes its messages of the bucket as one turn, in order, and
/// components come in any order.
/// </summary>
internal sealed class TurnWheel : Partition
{
    private const int Ahead = 16;
    private readonly TimingWheel wheel;
    private readonly int bucketShift;
    private readonly bool ignoreTies;
    private readonly TurnOrder order;
    private int[] active = new int[256];
    private int[] components = new int[256]; // of each message that was gathered
    private int[] turns = new int[256]; // the messages, turn by turn
    private int openComponent = -1;
    private int openAt; // in the open turn, the next of the messages that were gathered for it
    private int openLast;
    private int openHead = -1; // what the turn added to itself, in order
    private long openEnd;
    private ulong touched;

    public TurnWheel(Simulation simulation, int index, int partitions, int bucketShift)
        : base(simulation, index, partitions)
    {
        this.bucketShift = bucketShift;
        wheel = new TimingWheel(slab, bucketShift);
        ignoreTies = simulation.Options.IgnoreTieRule;
        order = new TurnOrder(slab, ignoreTies);
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
        Span<int> gathered = wheel.TakeBucket(bucket);
        openEnd = end;
        if (gathered.Length == 1)
        {
            RunOnly(gathered[0], end);
            return;
        }

        int count = Gather(gathered, end);
        for (int i = 0; i < count; i += Ahead)
        {
            int last = Math.Min(i + Ahead, count);
            if (count > Ahead)
                Touch(i, last);
            for (int j = i; j < last; j++)
                RunTurn(active[j]);
        }
    }

    /// <summary>Handles a message that has its bucket to itself: there is nothing to part and nothing to order.</summary>
    private void RunOnly(int slot, long end)
    {
        ref Message message = ref slab[slot];
        if (message.Kind == Message.NoKind)
        {
            FreeDead(slot, ref message);
            return;
        }

        if (message.Time >= end)
        {
            wheel.Insert(slot, ref message);
            return;
        }

        turns[0] = slot;
        RunOpen(places[message.Destination].Component, 0, 1);
    }

    /// <summary>Parts the messages of a bucket by component.</summary>
    /// <returns>How many components have any.</returns>
    private int Gather(Span<int> bucket, long end)
    {
        if (components.Length < bucket.Length)
        {
            int length = (int)BitOperations.RoundUpToPowerOf2((uint)bucket.Length);
            (active, components, turns) = (new int[length], new int[length], new int[length]);
        }

        int[] of = components;
        int messages = 0;
        int count = 0;
        foreach (int slot in bucket)
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

            ref ActorPlace actor = ref places[message.Destination];
            if (actor.ReadsAhead)
                actor.Actor!.ReadAhead(message);
            int component = actor.Component;
            if (places[component].TurnCount++ == 0)
                active[count++] = component;
            bucket[messages] = slot;
            of[messages++] = component;
        }

        int start = 0;
        for (int i = 0; i < count; i++)
        {
            ref ActorPlace place = ref places[active[i]];
            place.TurnEnd = start;
            start += place.TurnCount;
        }

        for (int i = 0; i < messages; i++)
            turns[places[of[i]].TurnEnd++] = bucket[i];
        return count;
    }

    // With many actors each turn misses the cache for its actor and its message. These loads do not wait for each other, as those of the turns would.
    private void Touch(int first, int last)
    {
        ulong sum = 0;
        for (int i = first; i < last; i++)
        {
            ref Message message = ref slab[turns[places[active[i]].TurnEnd - 1]];
            sum += places[message.Destination].Actor!.Warm();
        }

        touched = sum;
    }

    private void RunTurn(int component)
    {
        ref ActorPlace place = ref places[component];
        int count = place.TurnCount;
        place.TurnCount = 0;
        int first = place.TurnEnd - count;
        if (count > 1)
            order.Sort(turns.AsSpan(first, count));
        RunOpen(component, first, place.TurnEnd);
    }

    /// <summary>Handles a turn: messages that are in order, from a place up to another, and what they add to it.</summary>
    private void RunOpen(int component, int first, int end)
    {
        openAt = first;
        openLast = end;
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
            HandleRest();
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

    // A method of its own: within a try nothing stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void HandleRest()
    {
        while (true)
        {
            int slot = openHead;
            if (slot < 0)
            {
                if (openAt == openLast)
                    return;
                slot = turns[openAt++];
            }
            else if (openAt < openLast && !Before(ref slab[slot], ref slab[turns[openAt]]))
            {
                slot = turns[openAt++];
            }
            else
            {
                openHead = slab[slot].Next;
            }

            ref Message message = ref slab[slot];
            if (message.Kind == Message.NoKind)
                FreeDead(slot, ref message); // cancelled after the bucket was opened
            else
                Dispatch(slot, ref message);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Before(ref Message a, ref Message b) => a.Time < b.Time || (a.Time == b.Time && a.Key < b.Key && !ignoreTies);
}
