using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>The part of a simulation that one worker runs: its clock, what is pending in it, and the message in hand.</summary>
internal abstract class Partition
{
    internal readonly Simulation simulation;
    internal readonly MessageSlab slab;
    internal readonly PayloadLines lines;
    internal readonly RecordTable records;
    internal readonly SlotCache slotCache;
    internal readonly SlotCache lineCache;
    internal readonly Outbox[] outboxes;
    internal readonly int index;
    internal long now;
    internal int current; // an id, not a reference: storing a reference costs a write barrier
    internal int slotInHand = -1;
    internal long live;
    internal long events;
    internal long deadLetters;
    internal int parity;
    internal List<ActorFailure> failures = [];
    private readonly Dictionary<int, MessageQueue> stashes = [];
    protected readonly ActorPlace[] places;
    private byte kindInHand;
    private ulong keyInHand;

    protected Partition(Simulation simulation, int index, int partitions)
    {
        this.simulation = simulation;
        this.index = index;
        slab = simulation.slab;
        lines = simulation.lines;
        records = simulation.records;
        slotCache = new SlotCache(slab.Slots);
        lineCache = new SlotCache(lines.Slots);
        outboxes = new Outbox[partitions];
        for (int i = 0; i < partitions; i++)
            outboxes[i] = new Outbox();
        places = simulation.places;
    }

    /// <summary>Handles everything before <paramref name="limit"/>.</summary>
    public abstract void RunWindow(long limit);

    /// <summary>A time that nothing pending lies before; <see cref="long.MaxValue"/> when nothing is.</summary>
    public abstract long EarliestBound();

    /// <summary>Takes out every pending message, in any order.</summary>
    public abstract void Drain(Action<int> take);

    /// <summary>Puts a message of this partition among what is pending.</summary>
    internal abstract void Insert(int slot, ref Message message, int component);

    /// <summary>Marks a pending message as cancelled.</summary>
    protected abstract bool CancelPending(TimerHandle timer);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Send(ComponentActor from, ref Message message, int destination, long time)
    {
        int slot = slotInHand;
        if (slot >= 0 && Unsafe.AreSame(ref message, ref slab[slot]))
        {
            slotInHand = -1;
        }
        else
        {
            slot = slotCache.Take();
            slab[slot] = message;
        }

        ref Message sent = ref slab[slot];
        sent.Time = time;
        sent.Key = ++from.key;
        sent.Destination = destination;
        Route(slot, ref sent);
    }

    internal TimerHandle Schedule(ComponentActor self, ref Message message, long time)
    {
        if (time < now)
            throw new InvariantException($"{self.Path} would schedule a message at {new SimTime(time)}, before now ({new SimTime(now)}).");
        ulong key = self.key + 1;
        int slot = slotInHand;
        if (slot < 0 || !Unsafe.AreSame(ref message, ref slab[slot]))
        {
            slot = slotCache.Take();
            slab[slot] = message;
        }
        else
        {
            slotInHand = -1;
        }

        ref Message sent = ref slab[slot];
        sent.Time = time;
        sent.Key = self.key = key;
        sent.Destination = self.Id;
        Route(slot, ref sent);
        return new TimerHandle(slot, key);
    }

    internal bool Cancel(TimerHandle timer)
    {
        if (timer.Key == 0 || timer.Slot == slotInHand)
            return false;
        if (!CancelPending(timer))
            return false;
        live--;
        return true;
    }

    /// <summary>A message to an actor that cannot take it at once: not running, or of another component.</summary>
    internal void HandOverElsewhere(ComponentActor from, ComponentActor to, ref Message message)
    {
        if (to.component != from.component)
            throw new InvariantException($"{from.Path} may hand a message over inside its own component only; {to.Path} is in another.");
        Refuse(to, ref message);
    }

    internal void DropPayload(ref Message message)
    {
        if ((message.Flags & Message.HasLines) != 0)
        {
            for (int line = message.Payload; line >= 0;)
            {
                int following = lines.Next(line);
                lineCache.Return(line);
                line = following;
            }
        }
        else if ((message.Flags & Message.HasRecord) != 0)
        {
            records.Remove(message.Payload);
        }

        message.Flags &= unchecked((ushort)~(Message.HasLines | Message.HasRecord));
        message.Payload = -1;
    }

    /// <summary>Takes in a message that another partition sent, or that moved here.</summary>
    internal void Accept(int slot)
    {
        ref Message message = ref slab[slot];
        live++;
        Insert(slot, ref message, places[message.Destination].Component);
    }

    internal void FreeSlot(int slot, ref Message message)
    {
        if ((message.Flags & (Message.HasLines | Message.HasRecord)) != 0)
            DropPayload(ref message);
        message.Kind = Message.NoKind;
        message.Key = 0;
        slotCache.Return(slot);
    }

    /// <summary>Lets an actor send its first messages.</summary>
    internal void Start(ComponentActor actor)
    {
        current = actor.Id;
        kindInHand = Message.StartKind;
        try
        {
            actor.OnStart();
        }
#pragma warning disable CA1031 // any exception of an actor is its failure, which its parent decides about
        catch (Exception exception)
#pragma warning restore CA1031
        {
            OnException(exception);
        }
    }

    /// <summary>Has the addressed actor handle a message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Dispatch(int slot, ref Message message)
    {
        now = message.Time;
        slotInHand = slot;
        kindInHand = message.Kind;
        keyInHand = message.Key;
        live--;
        events++;
        ComponentActor actor = places[message.Destination].Actor!;
        current = message.Destination;
        if (message.Kind < Message.FirstModelKind || actor.runState != ActorState.Running)
            DispatchSpecial(actor, ref message);
        else
            actor.Receive(ref message);
        if (slotInHand >= 0)
        {
            slotInHand = -1;
            FreeSlot(slot, ref message);
        }
    }

    /// <summary>Deals with an exception that left a handler. Rethrows what ends the run.</summary>
    protected void OnException(Exception exception)
    {
        ComponentActor failed = places[current].Actor!;
        if (slotInHand >= 0)
        {
            int slot = slotInHand;
            slotInHand = -1;
            FreeSlot(slot, ref slab[slot]);
        }

        Fail(failed, exception);
        if (exception is InvariantException or SimulationLimitException)
        {
            failures[^1].Directive = SupervisionDirective.Escalate;
            simulation.Fail();
        }
    }

    private void Route(int slot, ref Message message)
    {
        int component = places[message.Destination].Component;
        int owner = places[component].Owner;
        if (owner == index)
        {
            live++;
            Insert(slot, ref message, component);
        }
        else
        {
            outboxes[owner].Add(slot, message.Time);
        }
    }

    private void Fail(ComponentActor failed, Exception exception)
    {
        failed.runState = ActorState.Suspended;
        var failure = new ActorFailure(failed.Id, failed.Path, kindInHand, (int)(keyInHand >> 40), new SimTime(now), exception);
        failures.Add(failure);
        if (failed.Parent is not { } parent)
        {
            failure.Directive = SupervisionDirective.Escalate;
            simulation.Fail();
            return;
        }

        var message = new Message { Kind = Message.ChildFailedKind, Agent = failed.Id, Payload = records.Add(failure), Flags = Message.HasRecord };
        Send(failed, ref message, parent.Id, now + DelayTo(failed, parent));
    }

    private long DelayTo(ComponentActor from, ComponentActor to) => from.component == to.component ? 0 : simulation.controlLatency;

    private void DispatchSpecial(ComponentActor actor, ref Message message)
    {
        switch (message.Kind)
        {
            case Message.DirectiveKind:
                Apply(actor, (SupervisionDirective)message.Argument);
                break;
            case var _ when actor.runState != ActorState.Running:
                Refuse(actor, ref message);
                break;
            case Message.ChildFailedKind:
                Supervise(actor, (ActorFailure)records.Get(message.Payload));
                break;
            default:
                actor.Receive(ref message);
                break;
        }
    }

    private void Supervise(ComponentActor parent, ActorFailure failure)
    {
        SupervisionDirective directive = parent.OnChildFailed(failure);
        failure.Directive = directive;
        if (directive == SupervisionDirective.Escalate)
        {
            Fail(parent, failure.Exception);
            return;
        }

        ComponentActor child = places[failure.ActorId].Actor!;
        var message = new Message { Kind = Message.DirectiveKind, Argument = (ulong)directive, Payload = -1 };
        Send(parent, ref message, child.Id, now + DelayTo(parent, child));
    }

    private void Apply(ComponentActor actor, SupervisionDirective directive)
    {
        stashes.Remove(actor.Id, out MessageQueue? stash);
        if (directive == SupervisionDirective.Stop)
        {
            StopTree(actor);
            for (; stash is { Count: > 0 }; deadLetters++)
            {
                Message dead = stash.Dequeue();
                DropPayload(ref dead);
            }

            return;
        }

        actor.OnRestart();
        actor.runState = ActorState.Running;
        while (stash is { Count: > 0 })
        {
            int slot = slotCache.Take();
            ref Message waiting = ref slab[slot];
            waiting = stash.Dequeue();
            waiting.Time = now;
            waiting.Destination = actor.Id;
            Route(slot, ref waiting);
        }
    }

    private static void StopTree(ComponentActor actor)
    {
        actor.runState = ActorState.Stopped;
        actor.OnStopped();
        foreach (ComponentActor child in actor.Children)
            StopTree(child);
    }

    private void Refuse(ComponentActor actor, ref Message message)
    {
        if (actor.runState == ActorState.Stopped)
        {
            deadLetters++;
            DropPayload(ref message);
            return;
        }

        if (!stashes.TryGetValue(actor.Id, out MessageQueue? stash))
            stashes.Add(actor.Id, stash = new MessageQueue(simulation.Options.MessagesMax));
        stash.Enqueue(ref message);
    }
}
