namespace CxlTopology.Simulation;

/// <summary>
/// Runs the actors of a simulation as the actors of another system: every message goes out to it when it is sent and comes back when it
/// is due, and its machinery decides about failures. Given in <see cref="SimulationOptions.Host"/>.
/// </summary>
/// <remarks>
/// What waits, in which order it is handled and how long reports of failures take stay with the kernel: a host gives the digest that direct
/// calls give. A host serves one simulation, with one worker, on the thread that runs it. Its members are open to the friends of this
/// assembly alone, because they hand out the kernel's message in hand.
/// </remarks>
public abstract class ActorHost
{
    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>The simulation was made: from here on the host is taken.</summary>
    internal abstract void Claim(Simulation simulation);

    /// <summary>The calling thread is the simulation's until <see cref="Leave"/>; calls nest.</summary>
    internal abstract void Enter();

    /// <summary>The calling thread is done with the simulation.</summary>
    internal abstract void Leave();

    /// <summary>Every actor has its place and its partition, and none has started.</summary>
    internal abstract void Begin(Partition partition);

    /// <summary>An actor got its place during the run.</summary>
    internal abstract void Attach(ComponentActor actor);

    /// <summary>Has an actor run <see cref="ComponentActor.OnStart"/>.</summary>
    internal abstract void Start(ComponentActor actor);

    /// <summary>Sends a message of the slab; it must come to <see cref="Partition.Take"/> before this returns.</summary>
    internal abstract void Tell(int slot, ref Message message);

    /// <summary>Has an actor handle the message in hand, through <see cref="Partition.Handle"/>.</summary>
    internal abstract void Deliver(ComponentActor actor, int slot, ref Message message);

    /// <summary>Has a parent decide, through <see cref="Supervision.Decide"/> and, unless it passes the failure on, <see cref="Partition.Settle"/>.</summary>
    internal abstract void Supervise(ComponentActor parent, ActorFailure failure);

    /// <summary>Restarts an actor, through <see cref="Partition.Reset"/>.</summary>
    internal abstract void Restart(ComponentActor actor);

    /// <summary>An actor was stopped, and its children with it.</summary>
    internal abstract void Stopped(ComponentActor actor);

    /// <summary>A failure ends the run.</summary>
    internal abstract void RunFails(ActorFailure failure);

    /// <summary>Nobody handles a message.</summary>
    internal abstract void DeadLetter(ComponentActor to, in Message message);

    /// <summary>Takes in what came from outside, between two windows. True if there was anything.</summary>
    internal abstract bool TakeIn();
}
