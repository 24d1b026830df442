using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>The part of a simulation that one worker runs: its clock, what is pending in it, and the message in hand.</summary>
internal abstract class Partition
{
    private const int DeadMin = 1 << 15;
    internal readonly Simulation simulation;
    internal readonly MessageSlab slab;
    internal readonly PayloadLines lines;
    internal readonly RecordTable records;
    internal readonly SlotCache slotCache;
    internal readonly SlotCache lineCache;
    internal readonly Outbox[] outboxes;
    internal readonly ActorHost? host;
    internal readonly int index;
    internal long now;
    internal long latest; // of what was handled: within a bucket the clock jumps to and fro
    internal int current; // an id, not a reference: storing a reference costs a write barrier
    internal int slotInHand = -1;
    internal long live;
    internal long dead; // cancelled, and not yet due
    internal long events;
    internal long deadLetters;
    internal int parity;
    internal List<ActorFailure> failures = [];
    internal List<ActorFailure> foreignFailures = []; // of actors of other processes, that parents here decide about
    protected readonly ActorPlace[] places;
    private readonly Supervision supervision;
    private readonly int direct; // the owner whose messages need no detour: this one, unless a host is told of them
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
        host = simulation.Options.Host;
        direct = host is null ? index : -1;
        supervision = new Supervision(this);
    }

    /// <summary>The kind of the message in hand, or of the last one.</summary>
    internal byte KindInHand => kindInHand;

    /// <summary>Who sent the message in hand, or the last one.</summary>
    internal int SourceInHand => (int)(keyInHand >> 40);

    /// <summary>Handles everything before <paramref name="limit"/>.</summary>
    public abstract void RunWindow(long limit);

    /// <summary>A time that nothing pending lies before; <see cref="long.MaxValue"/> when nothing is.</summary>
    public abstract long EarliestBound();

    /// <summary>Takes out every pending message, in any order.</summary>
    public abstract void Drain(Action<int> take);

    /// <summary>Makes sure that a message at a time can be inserted, however far it has looked ahead.</summary>
    public virtual void Rewind(long time)
    {
    }

    /// <summary>Puts a message of this partition among what is pending.</summary>
    internal abstract void Insert(int slot, ref Message message, int component);

    /// <summary>Marks a pending message as cancelled.</summary>
    protected abstract bool CancelPending(TimerHandle timer);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Send(ComponentActor from, ref Message message, int destination, long time)
    {
        int slot = slotInHand;
        ref Message sent = ref message;
        if (slot >= 0 && Unsafe.AreSame(ref message, ref slab[slot]))
        {
            slotInHand = -1;
        }
        else
        {
            slot = Copy(ref message);
            sent = ref slab[slot];
        }

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
            slot = Copy(ref message);
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

    internal bool Cancel(ComponentActor self, TimerHandle timer)
    {
        if (timer.Key == 0)
            return false;
        if (!CancelPending(timer))
            return supervision.CancelWaiting(self, timer.Key);
        live--;
        return true;
    }

    /// <summary>A message to an actor that cannot take it at once: not running, or of another component.</summary>
    internal void HandOverElsewhere(ComponentActor from, ComponentActor to, ref Message message)
    {
        if (to.component != from.component)
            throw new InvariantException($"{from.Path} may hand a message over inside its own component only; {to.Path} is in another.");
        from.RequireModelKind(message.Kind);
        supervision.Refuse(to, ref message);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void DropPayload(ref Message message)
    {
        if ((message.Flags & (Message.HasLines | Message.HasRecord)) != 0)
            FreePayload(ref message);
        message.Payload = -1;
    }

    private void FreePayload(ref Message message)
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
        else
        {
            records.Remove(message.Payload);
        }

        message.Flags &= unchecked((ushort)~(Message.HasLines | Message.HasRecord));
    }

    /// <summary>Takes in a message that another partition sent, or that moved here.</summary>
    internal void Accept(int slot)
    {
        ref Message message = ref slab[slot];
        live++;
        Insert(slot, ref message, places[message.Destination].Component);
    }

    /// <summary>
    /// Takes cancelled messages out of what is pending once there are many, and more than live ones: they would keep their slots until they
    /// were due. Between windows only. What it costs is spread over at least half as many cancellations.
    /// </summary>
    internal void Tidy()
    {
        if (dead < DeadMin || dead <= live)
            return;
        var pending = new List<int>();
        Drain(pending.Add);
        foreach (int slot in pending)
        {
            ref Message message = ref slab[slot];
            if (message.Kind == Message.NoKind)
                FreeDead(slot, ref message);
            else
                Insert(slot, ref message, places[message.Destination].Component);
        }
    }

    internal void FreeDead(int slot, ref Message message)
    {
        dead--;
        FreeSlot(slot, ref message);
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
            if (host is null)
                actor.OnStart();
            else
                host.Start(actor);
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
    internal void Dispatch(int slot, ref Message message)
    {
        now = message.Time;
        slotInHand = slot;
        kindInHand = message.Kind;
        keyInHand = message.Key;
        live--;
        events++;
        ComponentActor actor = places[message.Destination].Actor!;
        current = message.Destination;
        if (message.Kind < Message.FirstModelKind || actor.indirect)
            DispatchSpecial(actor, ref message);
        else
            actor.Receive(ref message);
        if (slotInHand >= 0)
        {
            slotInHand = -1;
            FreeSlot(slot, ref message);
        }
    }

    /// <summary>For hosts: takes back a message that was told.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(int slot)
    {
        ref Message message = ref slab[slot];
        live++;
        Insert(slot, ref message, places[message.Destination].Component);
    }

    /// <summary>For hosts: what an actor does about the message in hand. An exception is the failure of the actor that <see cref="current"/> says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Handle(ComponentActor actor, int slot) => actor.Receive(ref slab[slot]);

    /// <summary>For hosts: an exception left an actor.</summary>
    internal void Failed(ComponentActor actor, Exception exception)
    {
        current = actor.Id;
        OnException(exception);
    }

    /// <summary>For hosts: sends what a parent decided.</summary>
    internal void Settle(ComponentActor parent, ActorFailure failure) => supervision.Settle(parent, failure);

    /// <summary>For hosts: resets an actor that a directive restarts.</summary>
    internal void Reset(ComponentActor actor) => supervision.Reset(actor);

    /// <summary>For hosts: stops an actor that was removed from outside, between two windows.</summary>
    internal void StopFromOutside(ComponentActor actor)
    {
        current = actor.Id;
        now = latest; // what its end sends may not arrive before what was handled
        supervision.Apply(actor, SupervisionDirective.Stop);
    }

    /// <summary>Counts a message that nobody handles.</summary>
    internal void CountDeadLetter(ComponentActor to, in Message message)
    {
        deadLetters++;
        host?.DeadLetter(to, message);
    }

    /// <summary>Frees the message in hand, unless it was sent on.</summary>
    internal void EndMessageInHand()
    {
        int slot = slotInHand;
        if (slot < 0)
            return;
        slotInHand = -1;
        FreeSlot(slot, ref slab[slot]);
    }

    /// <summary>Deals with an exception that left a handler: it is the failure of the actor that handled.</summary>
    protected void OnException(Exception exception)
    {
        EndMessageInHand();
        supervision.Fail(places[current].Actor!, exception);
    }

    // A copy of the message in hand takes its payload along.
    private int Copy(ref Message message)
    {
        int slot = slotCache.Take();
        slab[slot] = message;
        const ushort Carries = Message.HasLines | Message.HasRecord;
        if ((message.Flags & Carries) != 0 && slotInHand >= 0)
        {
            ref Message inHand = ref slab[slotInHand];
            if (inHand.Payload == message.Payload && ((inHand.Flags ^ message.Flags) & Carries) == 0)
            {
                inHand.Flags &= unchecked((ushort)~Carries);
                inHand.Payload = -1;
            }
        }

        return slot;
    }

    private void Route(int slot, ref Message message)
    {
        ref ActorPlace place = ref places[message.Destination];
        if (place.Owner == direct)
        {
            live++;
            Insert(slot, ref message, place.Component);
        }
        else
        {
            RouteElsewhere(slot, ref message, place.Owner);
        }
    }

    private void RouteElsewhere(int slot, ref Message message, int owner)
    {
        if (owner == index)
            host!.Tell(slot, ref message);
        else
            outboxes[owner].Add(slot, message.Time);
    }

    private void DispatchSpecial(ComponentActor actor, ref Message message)
    {
        switch (message.Kind)
        {
            case Message.DirectiveKind:
                supervision.Apply(actor, (SupervisionDirective)message.Argument);
                break;
            case var _ when actor.runState != ActorState.Running:
                supervision.Refuse(actor, ref message);
                break;
            case Message.ChildFailedKind:
                supervision.Supervise(actor, (ActorFailure)records.Get(message.Payload));
                break;
            case var _ when host is not null:
                host.Deliver(actor, slotInHand, ref message);
                break;
            default:
                actor.Receive(ref message);
                break;
        }
    }
}
