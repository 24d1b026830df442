namespace CxlTopology.Simulation;

/// <summary>
/// The engine that anyone would write first: one priority queue of messages. The yardstick for the turn wheel, and a second opinion on its
/// order.
/// </summary>
internal sealed class PlainQueue(Simulation simulation) : Partition(simulation, 0, 1)
{
    private readonly PriorityQueue<Message, (long Time, ulong Key)> queue = new();
    private readonly HashSet<ulong> cancelled = [];

    public override void RunWindow(long limit)
    {
        while (!HandleUntil(limit))
        {
        }
    }

    public override long EarliestBound() => live == 0 || queue.Count == 0 ? long.MaxValue : queue.Peek().Time;

    public override void Drain(Action<int> take)
    {
        while (queue.TryDequeue(out Message message, out _))
        {
            int slot = slotCache.Take();
            slab[slot] = message;
            if (cancelled.Remove(message.Key))
                slab[slot].Kind = Message.NoKind;
            take(slot);
        }
    }

    internal override void Insert(int slot, ref Message message, int component)
    {
        queue.Enqueue(message, (message.Time, message.Key));
        message.Flags = 0; // the payload went with the copy
        FreeSlot(slot, ref message);
    }

    protected override bool CancelPending(TimerHandle timer) =>
        !cancelled.Contains(timer.Key) && Pending(timer.Key) && cancelled.Add(timer.Key);

    private bool Pending(ulong key)
    {
        foreach ((Message message, _) in queue.UnorderedItems)
        {
            if (message.Key == key)
                return true;
        }

        return false;
    }

    private bool HandleUntil(long limit)
    {
        try
        {
            while (queue.TryPeek(out _, out (long Time, ulong Key) first) && first.Time < limit)
            {
                Message message = queue.Dequeue();
                if (cancelled.Count != 0 && cancelled.Remove(message.Key))
                {
                    DropPayload(ref message);
                    continue;
                }

                int slot = slotCache.Take();
                ref Message inHand = ref slab[slot];
                inHand = message;
                latest = message.Time;
                Dispatch(slot, ref inHand);
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
}
