using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace CxlTopology.Akka;

/// <summary>
/// Runs Akka actors on the thread of a simulation: what the kernel's actors tell each other goes into the kernel's queue and comes back in
/// simulated-time order; everything else runs as Akka has it, one mailbox after the other.
/// </summary>
/// <remarks>
/// A message that is due is handed to the cell directly: its mailbox is empty as long as the actor runs, and the kernel hands nothing to an actor that
/// does not. Mailboxes hold what is not the kernel's: system messages, notices of death, what outsiders tell. A mailbox never runs inside a
/// handler but after it, and on no other thread than the simulation's; while no thread runs the simulation, it waits.
/// </remarks>
public sealed class SimulatedTimeDispatcher : MessageDispatcher
{
    private readonly object gate = new();
    private readonly Queue<IRunnable> afterwards = new(); // scheduled inside a handler or a mailbox
    private readonly Queue<IRunnable> elsewhere = new(); // scheduled by other threads
    private AkkaHost? host;
    private Thread? owner;
    private int stays;
    private bool busy;

    internal SimulatedTimeDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        Id = configurator.Config.GetString("id");
        ShutdownTimeout = TimeSpan.FromSeconds(1);
    }

    /// <summary>Whether the calling thread is the simulation's.</summary>
    internal bool IsMine => ReferenceEquals(owner, Thread.CurrentThread);

    /// <inheritdoc/>
    public override void Dispatch(ActorCell cell, Envelope envelope)
    {
        if (envelope.Message is SlotEnvelope { Told: true } message)
            host!.Take(message);
        else if (host is null || host.Admits(cell, envelope))
            base.Dispatch(cell, envelope);
    }

    /// <inheritdoc/>
    public override void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        if (host is null || host.Admits(cell, message))
            base.SystemDispatch(cell, message);
    }

    /// <summary>Has a cell handle a message now, as the actor that Akka takes for the current one.</summary>
    internal void Invoke(ActorCell cell, in Envelope envelope)
    {
        ActorCell? before = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = cell;
        bool nested = busy;
        busy = true;
        try
        {
            cell.Invoke(envelope);
        }
        finally
        {
            busy = nested;
            InternalCurrentActorCellKeeper.Current = before;
        }
    }

    /// <summary>Runs what was scheduled inside the last handler.</summary>
    internal void RunAfterwards()
    {
        while (!busy && afterwards.TryDequeue(out IRunnable? run))
            RunOne(run);
    }

    /// <summary>Puts a message that came from outside into its mailbox.</summary>
    internal void DispatchByMailbox(ActorCell cell, in Envelope envelope) => base.Dispatch(cell, envelope);

    /// <summary>Makes a host the keeper of the kernel's queue.</summary>
    internal void Bind(AkkaHost keeper) => host = keeper;

    /// <summary>Makes the calling thread the simulation's; calls nest.</summary>
    internal void Enter()
    {
        lock (gate)
        {
            if (stays != 0 && !IsMine)
                throw new InvalidOperationException($"{Id} is run by another thread at this moment; a simulation has one thread.");
            owner = Thread.CurrentThread;
            stays++;
        }

        RunElsewhere();
    }

    /// <summary>The calling thread is done.</summary>
    internal void Leave()
    {
        lock (gate)
        {
            if (--stays == 0)
                owner = null;
        }
    }

    /// <summary>Runs what other threads have scheduled. Not inside a handler.</summary>
    internal void RunElsewhere()
    {
        while (!busy)
        {
            IRunnable? run;
            lock (gate)
            {
                if (!elsewhere.TryDequeue(out run))
                    return;
            }

            RunOne(run);
            RunAfterwards();
        }
    }

    /// <summary>Runs what other threads schedule until something is so; false if it takes longer than the patience, in wall time.</summary>
    internal bool RunUntil(Func<bool> done, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            RunElsewhere();
            if (done())
                return true;
            if (Stopwatch.GetElapsedTime(start) > patience)
                return false;
            lock (gate)
            {
                if (elsewhere.Count == 0)
                    Monitor.Wait(gate, 1); // not every end of what is waited for comes by this dispatcher
            }
        }
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run)
    {
        if (!IsMine)
        {
            lock (gate)
            {
                elsewhere.Enqueue(run);
                Monitor.Pulse(gate);
            }
        }
        else if (busy)
        {
            afterwards.Enqueue(run);
            host?.Attend();
        }
        else
        {
            RunOne(run);
            RunAfterwards();
        }
    }

    /// <inheritdoc/>
    protected override void Shutdown()
    {
    }

    private void RunOne(IRunnable run)
    {
        busy = true;
        try
        {
            run.Run();
        }
        finally
        {
            busy = false;
        }
    }
}
