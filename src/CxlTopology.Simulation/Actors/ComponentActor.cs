using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>
/// An actor: private state, one <see cref="Receive"/>, children, a path. It sees its own messages and its own clock, and nothing else.
/// </summary>
/// <remarks>
/// An actor added to a <see cref="Simulation"/> is a component: what it exchanges with other components travels over connections and
/// takes at least a nanosecond. A child added with <see cref="AddChild"/> lives in its component's turn: messages inside a component may
/// take no time at all, and may be handed over at once. Every actor handles its messages in the order (time, source, the source's
/// sequence). It may not block, wait, read another actor's fields, a clock or a shared random number.
/// </remarks>
public abstract class ComponentActor
{
    internal Simulation? simulation;
    internal Partition partition = null!; // set when the run starts
    internal ulong key;
    internal int component;
    internal ActorState runState;
    internal bool indirect; // it does not run, or a host stands between it and its messages
    internal MessageQueue? stash; // what came while it was suspended
    internal List<int>? undecided; // children whose failures it has not decided about, or passed on
    private ComponentActor[] children = [];
    private string name = "";

    /// <summary>The number that orders actors: from 1, in the order in which they were added.</summary>
    public int Id { get; internal set; }

    /// <summary>The last part of the path.</summary>
    public string Name => name;

    /// <summary>The actor that decides when this one fails, or null at the top.</summary>
    public ComponentActor? Parent { get; internal set; }

    /// <summary>Where it stands: <c>host0/hb0/rp1</c>.</summary>
    public string Path => Parent is null ? name : Parent.Path + "/" + name;

    /// <summary>The children that share its turns.</summary>
    public IReadOnlyList<ComponentActor> Children => children;

    /// <summary>Whether it handles messages.</summary>
    public ActorState State => runState;

    /// <summary>The simulated time of the message in hand.</summary>
    protected SimTime Now => new(partition.now);

    /// <summary>Adds a child that shares this actor's turns; before the run starts.</summary>
    protected internal void AddChild(string childName, ComponentActor child)
    {
        if (child.Parent is not null || child.Id != 0)
            throw new WiringException($"{child.Path} already has a place; it cannot become {childName} of {Path}.");
        child.name = childName;
        child.Parent = this;
        children = [.. children, child];
        if (Id != 0)
            Place.Register(child, component);
    }

    /// <summary>Sets aside ids for children that are made when first needed, so that ids do not depend on when that is.</summary>
    /// <returns>
    /// The first of <paramref name="count"/> ids, for <see cref="AttachReserved"/>. Only while the actor is in a simulation that has not
    /// started.
    /// </returns>
    protected int ReserveChildren(int count) => Place.Reserve(count, component);

    /// <summary>Adds a child under an id of <see cref="ReserveChildren"/>, during the run.</summary>
    /// <exception cref="InvariantException">
    /// The id was not set aside for this component, or is in use, or the child has a place already.
    /// </exception>
    protected void AttachReserved(int id, string childName, ComponentActor child)
    {
        if (child.Parent is not null || child.Id != 0)
            throw new InvariantException($"{child.Path} already has a place; it cannot become {childName} of {Path}.");
        if (!Place.IsSetAside(id, component))
            throw new InvariantException($"{Path} cannot attach {childName} under id {id}: it was not set aside here, or is in use.");
        child.name = childName;
        child.Parent = this;
        children = [.. children, child];
        Place.Attach(child, id, component, partition);
        if (partition is not null)
            partition.host?.Attach(child);
    }

    /// <summary>Handles one message. It may be changed, sent on, or left: then it ends here, with its payload.</summary>
    protected internal abstract void Receive(ref Message message);

    /// <summary>Called once the actor has its place (an id, a simulation), before the run: add or reserve children here.</summary>
    protected internal virtual void OnAttached()
    {
    }

    /// <summary>Called at time zero, in the order of ids: the first messages and timers start here.</summary>
    protected internal virtual void OnStart()
    {
    }

    /// <summary>Puts the state back to what it was at the start, after a failure that the parent answers with a restart.</summary>
    protected internal virtual void OnRestart()
    {
    }

    /// <summary>
    /// Called when the parent stopped this actor: what it held for others may be given back here. An exception is noted as a failure; the
    /// actor stays stopped.
    /// </summary>
    protected internal virtual void OnStopped()
    {
    }

    /// <summary>
    /// Decides about a child, or a component below, that failed. The default passes it on to the parent; at the top it ends the run. What
    /// is then decided about this actor holds for the child too.
    /// </summary>
    protected internal virtual SupervisionDirective OnChildFailed(ActorFailure failure) => SupervisionDirective.Escalate;

    /// <summary>
    /// Reads what the next messages will need, and gives some sum of it. With many components each turn would wait for memory several
    /// times; the engine calls this for a few components ahead of their turns, so that the waits overlap. It may change nothing.
    /// </summary>
    protected internal virtual ulong Warm() => key;

    /// <summary>Whether <see cref="ReadAhead"/> is to be called; asked once, when the actor gets its place.</summary>
    protected internal virtual bool ReadsAhead => false;

    /// <summary>
    /// Called when a bucket of time opens in which a message is handled, and others are: an actor with large tables has those places of them fetched (<see cref="Prefetch"/>) where
    /// it will look for what the message is about. It may change nothing.
    /// </summary>
    protected internal virtual void ReadAhead(in Message message)
    {
    }

    /// <summary>Adds the state that belongs to the run's digest: registers and counters of what is modelled, never of the engine.</summary>
    protected internal virtual void AppendState(ref RunDigest digest)
    {
    }

    /// <summary>
    /// Writes what reports, checkers and people read of this actor. In a run over several processes the one that reports has the state of
    /// its own actors only, and is sent this of the others.
    /// </summary>
    protected internal virtual void SaveState(WireBuffer to)
    {
    }

    /// <summary>Takes over what <see cref="SaveState"/> wrote in another process; children made during the run are made here first.</summary>
    protected internal virtual void LoadState(ref WireReader from)
    {
    }

    /// <summary>Sends a message over a connection, now.</summary>
    protected void Send(ref Message message, in Connection to) => Send(ref message, to, Now);

    /// <summary>
    /// Sends a message over a connection; it leaves at <paramref name="departure"/> (not before now) and arrives after the connection's
    /// latency.
    /// </summary>
    /// <remarks>
    /// The message in hand moves on without a copy; any other is copied, and a copy of the message in hand takes its payload along. Over a
    /// connection to nowhere, into the past, past the end of time, or of a kind below <see cref="Message.FirstModelKind"/>:
    /// <see cref="InvariantException"/>.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Send(ref Message message, in Connection to, SimTime departure)
    {
        long arrival = departure.Femtoseconds + to.LatencyFemtoseconds;
        if (!to.IsWired || departure.Femtoseconds < partition.now || arrival < departure.Femtoseconds
            || message.Kind < Message.FirstModelKind)
        {
            ThrowCannotSend(message.Kind, to, departure);
        }

        message.Port = to.Port;
        partition.Send(this, ref message, to.Destination, arrival);
    }

    /// <summary>Sends a message to an actor of the same component, after a delay of zero or more.</summary>
    protected void SendInside(ComponentActor to, ref Message message, SimDuration delay)
    {
        RequireModelKind(message.Kind);
        long arrival = partition.now + delay.Femtoseconds;
        if (to.component != component || arrival < partition.now)
        {
            throw new InvariantException(
                $"{Path} may send without a connection to actors of its own component only, and not into the past or past the end of time; "
                + $"{to.Path} after {delay} is neither.");
        }

        partition.Send(this, ref message, to.Id, arrival);
    }

    /// <summary>Has an actor of the same component handle the message at once, within this handler.</summary>
    /// <remarks>The other actor acts under its own identity: its sequence, its random stream, its failure.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void HandOver(ComponentActor to, ref Message message)
    {
        Partition mine = partition;
        if (to.runState != ActorState.Running || to.component != component)
        {
            mine.HandOverElsewhere(this, to, ref message);
            return;
        }

        mine.current = to.Id;
        to.Receive(ref message);
        mine.current = Id;
    }

    /// <summary>Lets another actor of the same component act by a plain call, within this handler, where a message would say no more than the call does.</summary>
    /// <returns>Whether it may: it handles messages. Then <see cref="Resume"/> ends its part.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool TryEnter(ComponentActor to)
    {
        if (to.runState != ActorState.Running || to.component != component)
            return false;
        partition.current = to.Id;
        return true;
    }

    /// <summary>This actor acts again, after <see cref="TryEnter"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Resume() => partition.current = Id;

    /// <summary>Schedules a message to this actor itself, after a delay of zero or more.</summary>
    protected TimerHandle Schedule(ref Message message, SimDuration delay)
    {
        RequireModelKind(message.Kind);
        return partition.Schedule(this, ref message, partition.now + delay.Femtoseconds);
    }

    /// <summary>Takes back a scheduled message. False if it was handled, cancelled or sent on already.</summary>
    /// <remarks>
    /// Its place among the messages in use (<see cref="SimulationOptions.MessagesMax"/>) is free again when it would have been due, or at
    /// the end of a window in which at least 32,768 places are held like this by a worker's actors, and more than by messages to come.
    /// </remarks>
    protected bool Cancel(TimerHandle timer) => partition.Cancel(this, timer);

    /// <summary>A random stream of this actor's own, keyed by the run's seed and the path (and a purpose, where it has several).</summary>
    protected RandomStream CreateRandomStream(string purpose = "") =>
        new(Place.Options.Seed, purpose.Length == 0 ? Path : Path + "#" + purpose);

    /// <summary>Gives a message a control record, which must be immutable.</summary>
    protected void AttachRecord(ref Message message, object record)
    {
        message.Payload = partition.records.Add(record);
        message.Flags |= Message.HasRecord;
    }

    /// <summary>The control record of a message.</summary>
    protected T Record<T>(in Message message)
        where T : class
    {
        if ((message.Flags & Message.HasRecord) == 0)
            throw new InvariantException($"A message of kind {message.Kind} reached {Path} without the {typeof(T).Name} it should carry.");
        object record = partition.records.Get(message.Payload);
        return record as T ?? throw new InvariantException(
            $"A message of kind {message.Kind} reached {Path} with a {record.GetType().Name} for a {typeof(T).Name}.");
    }

    /// <summary>Frees whatever a message carries, so that it can be sent on as something else.</summary>
    protected void DropPayload(ref Message message) => partition.DropPayload(ref message);

    /// <summary>Puts a fresh, unchained payload line in front of a message's chain; what it holds is undefined.</summary>
    protected Span<byte> AddLine(ref Message message)
    {
        int slot = partition.lineCache.Take();
        PayloadLines lines = partition.lines;
        lines.Next(slot) = (message.Flags & Message.HasLines) != 0 ? message.Payload : -1;
        message.Payload = slot;
        message.Flags |= Message.HasLines;
        return lines.Line(slot);
    }

    /// <summary>A payload line, by its slot.</summary>
    protected Span<byte> Line(int slot) => partition.lines.Line(slot);

    /// <summary>The slot of the next line in a chain, or -1; may be relinked.</summary>
    protected ref int NextLine(int slot) => ref partition.lines.Next(slot);

    /// <summary>The exception for a kind of message that this actor has no business with.</summary>
    protected InvariantException Unexpected(in Message message) =>
        new($"{Path} got a message of kind {message.Kind} from actor {message.Source} at {Now}, which it does not handle.");

    private Simulation Place => simulation ?? throw new WiringException(
        "An actor asked for children or random numbers before it was added to a simulation; OnAttached is the place.");

    internal void SetName(string value) => name = value;

    internal void SetState(ActorState value)
    {
        runState = value;
        indirect = value != ActorState.Running || Place.Options.Host is not null;
    }

    internal void RequireModelKind(byte kind)
    {
        if (kind < Message.FirstModelKind)
            ThrowKernelKind(kind);
    }

    private void ThrowKernelKind(byte kind) => throw new InvariantException(
        $"{Path} would send a message of kind {kind}, which belongs to the kernel; a model's kinds start at {Message.FirstModelKind}.");

    private void ThrowCannotSend(byte kind, in Connection to, SimTime departure)
    {
        RequireModelKind(kind);
        if (!to.IsWired)
            throw new InvariantException($"{Path} would send over a port that nothing is connected to, at {Now}.");
        throw new InvariantException(departure < Now
            ? $"{Path} would send at {departure}, before now ({Now})."
            : $"{Path} would send at {departure} what arrives after the end of time.");
    }
}
