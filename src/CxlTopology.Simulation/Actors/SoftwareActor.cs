namespace CxlTopology.Simulation;

/// <summary>
/// An actor whose code is a sequential program: a driver, firmware, a guest. It may await, and only its own messages and timers complete
/// what it awaits.
/// </summary>
/// <remarks>
/// Everything after an await runs inside this actor's turn, in order: as deterministic as any handler. An await that something else
/// completes (a thread, a real timer) is a fault of the program, and fails the actor with <see cref="InvariantException"/>; that is noticed
/// at the next message that the program awaits, and not at all if none comes. An exception that leaves the program is a failure of the
/// actor.
/// </remarks>
public abstract class SoftwareActor : ComponentActor
{
    private readonly Dictionary<uint, TaskCompletionSource<Message>> waiting = [];
    private readonly HashSet<uint> givenUp = []; // what the programs before a restart awaited
    private TurnContext turn = new();
    private Task? program;
    private uint nextTag;

    /// <summary>Whether the program ran to its end.</summary>
    public bool Completed => program is { IsCompletedSuccessfully: true };

    /// <summary>The program, from time zero.</summary>
    protected abstract Task RunAsync();

    /// <summary>Handles a message that nothing awaits. The default refuses it.</summary>
    protected virtual void OnMessage(ref Message message) => throw Unexpected(message);

    /// <inheritdoc/>
    protected internal override void OnStart() => InTurn(() => program = RunAsync());

    /// <summary>
    /// Runs the program anew. What the former one awaited is a dead letter when it comes, unless the new one awaits its tag.
    /// </summary>
    protected internal override void OnRestart()
    {
        givenUp.UnionWith(waiting.Keys);
        waiting.Clear();
        turn = new TurnContext();
        OnStart();
    }

    /// <inheritdoc/>
    protected internal sealed override void Receive(ref Message message)
    {
        if (!waiting.Remove(message.Tag, out TaskCompletionSource<Message>? awaited))
        {
            if (givenUp.Remove(message.Tag))
                partition.CountDeadLetter(this, message);
            else
                OnMessage(ref message);
            return;
        }

        Complete(awaited, message);
    }

    // Apart, because what its step holds on to is allocated on entry, for every message.
    private void Complete(TaskCompletionSource<Message> awaited, Message answer) => InTurn(() => awaited.SetResult(answer));

    /// <summary>A tag that no pending <see cref="Answer"/> has, nor one that a restart gave up.</summary>
    protected uint NewTag()
    {
        do
            nextTag++;
        while (waiting.ContainsKey(nextTag) || givenUp.Contains(nextTag));
        return nextTag;
    }

    /// <summary>Completes when a message with this tag arrives. Its payload is there until the next await.</summary>
    protected Task<Message> Answer(uint tag)
    {
        var awaited = new TaskCompletionSource<Message>();
        waiting.Add(tag, awaited);
        return awaited.Task;
    }

    /// <summary>Completes after a delay of simulated time.</summary>
    protected Task Delay(SimDuration delay)
    {
        uint tag = NewTag();
        var message = new Message { Kind = Message.WakeKind, Tag = tag, Payload = -1 };
        Task<Message> wake = Answer(tag);
        partition.Schedule(this, ref message, partition.now + delay.Femtoseconds);
        return wake;
    }

    /// <summary>Runs a step of the program in this turn: one that completes what the program awaits, called from <see cref="OnMessage"/>.</summary>
    protected void InTurn(Action step)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(turn);
        try
        {
            turn.Run(step);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        if (turn.Intruded)
            throw new InvariantException($"{Path} awaited something that is not simulated: it completed outside of the actor's turn.");
        if (program is { IsFaulted: true } or { IsCanceled: true })
        {
            Task failed = program;
            program = null;
            failed.GetAwaiter().GetResult(); // throws what left the program
        }
    }

    /// <summary>Runs continuations in the turn that completed what they awaited.</summary>
    private sealed class TurnContext : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> ready = new();
        private int thread;
        private volatile bool intruded;

        public bool Intruded => intruded;

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (thread == Environment.CurrentManagedThreadId)
                ready.Enqueue((d, state));
            else
                intruded = true;
        }

        public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

        public void Run(Action step)
        {
            thread = Environment.CurrentManagedThreadId;
            step();
            while (ready.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
                next.Callback(next.State);
            thread = 0;
        }
    }
}
