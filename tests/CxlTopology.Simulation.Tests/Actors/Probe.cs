namespace CxlTopology.Simulation.Tests.Actors;

/// <summary>What a <see cref="Probe"/> does with a message.</summary>
internal delegate void ProbeHandler(Probe self, ref Message message);

/// <summary>An actor whose behaviour the test writes inline. It notes what it handles, in the order in which it does.</summary>
internal sealed class Probe : ComponentActor
{
    private const byte Kind = Message.FirstModelKind;
    private ulong digest;

    /// <summary>Called for every message, after it was noted.</summary>
    public ProbeHandler? OnMessage { get; set; }

    /// <summary>Called at time zero.</summary>
    public Action<Probe>? OnStarted { get; set; }

    /// <summary>Called when the actor was put into the simulation.</summary>
    public Action<Probe>? OnPlaced { get; set; }

    /// <summary>Called on a restart.</summary>
    public Action<Probe>? OnReset { get; set; }

    /// <summary>Called when it is stopped.</summary>
    public Action<Probe>? OnHalted { get; set; }

    /// <summary>Answers for a child that failed; passes it on if absent.</summary>
    public Func<ActorFailure, SupervisionDirective>? Decide { get; set; }

    /// <summary>The tags of the messages handled, in order.</summary>
    public List<uint> Tags { get; } = [];

    /// <summary>When each was handled.</summary>
    public List<SimTime> Times { get; } = [];

    /// <summary>How often the actor was restarted.</summary>
    public int Restarts { get; private set; }

    /// <summary>How often it was stopped.</summary>
    public int Stops { get; private set; }

    /// <summary>The failures it was asked about.</summary>
    public List<ActorFailure> Asked { get; } = [];

    /// <summary>The actor's clock.</summary>
    public SimTime Clock => Now;

    /// <summary>A message of the kind that probes speak.</summary>
    public static Message Make(uint tag, ulong argument = 0) => new() { Kind = Kind, Tag = tag, Argument = argument, Payload = -1 };

    /// <summary>Sends a fresh message over a connection, at once or leaving later.</summary>
    public void SendTag(in Connection to, uint tag, SimDuration later = default)
    {
        Message message = Make(tag);
        Send(ref message, to, Now + later);
    }

    /// <summary>Sends the message in hand on.</summary>
    public void Forward(ref Message message, in Connection to) => Send(ref message, to);

    /// <summary>Sends a fresh message inside the component.</summary>
    public void SendTagInside(ComponentActor to, uint tag, SimDuration delay)
    {
        Message message = Make(tag);
        SendInside(to, ref message, delay);
    }

    /// <summary>Sends a message inside the component.</summary>
    public void Inside(ComponentActor to, ref Message message, SimDuration delay) => SendInside(to, ref message, delay);

    /// <summary>Has another actor of the component handle the message now.</summary>
    public void Hand(ComponentActor to, ref Message message) => HandOver(to, ref message);

    /// <summary>Schedules a fresh message to itself.</summary>
    public TimerHandle Timer(uint tag, SimDuration delay)
    {
        Message message = Make(tag);
        return Schedule(ref message, delay);
    }

    /// <summary>Schedules a message to itself.</summary>
    public TimerHandle Later(ref Message message, SimDuration delay) => Schedule(ref message, delay);

    /// <summary>Takes a timer back.</summary>
    public bool TakeBack(TimerHandle timer) => Cancel(timer);

    /// <summary>Adds a child in the same component.</summary>
    public void Adopt(string name, ComponentActor child) => AddChild(name, child);

    /// <summary>Gives a message a control record.</summary>
    public void Attach(ref Message message, object record) => AttachRecord(ref message, record);

    /// <summary>Reads a message's control record.</summary>
    public T Read<T>(in Message message)
        where T : class => Record<T>(message);

    /// <summary>Gives a message a payload line.</summary>
    public Span<byte> Load(ref Message message) => AddLine(ref message);

    /// <summary>Reads a payload line.</summary>
    public Span<byte> Bytes(int slot) => Line(slot);

    /// <summary>The next line of a chain.</summary>
    public int Following(int slot) => NextLine(slot);

    /// <summary>Frees what a message carries.</summary>
    public void Drop(ref Message message) => DropPayload(ref message);

    /// <summary>Sets ids aside.</summary>
    public int SetAside(int count) => ReserveChildren(count);

    /// <summary>Adds a child during the run.</summary>
    public void AdoptLate(int id, string name, ComponentActor child) => AttachReserved(id, name, child);

    /// <summary>A random stream of its own.</summary>
    public RandomStream Stream(string purpose = "") => CreateRandomStream(purpose);

    protected override void OnAttached() => OnPlaced?.Invoke(this);

    protected override void OnStart() => OnStarted?.Invoke(this);

    protected override void Receive(ref Message message)
    {
        Tags.Add(message.Tag);
        Times.Add(Now);
        digest = StableHash.Chain(StableHash.Chain(digest, (ulong)message.Time), message.Tag);
        OnMessage?.Invoke(this, ref message);
    }

    protected override void OnRestart()
    {
        Restarts++;
        OnReset?.Invoke(this);
    }

    protected override void OnStopped()
    {
        Stops++;
        OnHalted?.Invoke(this);
    }

    protected override SupervisionDirective OnChildFailed(ActorFailure failure)
    {
        Asked.Add(failure);
        return Decide?.Invoke(failure) ?? base.OnChildFailed(failure);
    }

    protected override void AppendState(ref RunDigest run)
    {
        run.Add(digest);
        run.Add((long)Tags.Count);
        run.Add((long)Restarts);
        run.Add((long)Stops);
    }
}
