using Akka.Actor;
using Akka.Actor.Setup;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>
/// Runs a simulation on Akka.NET: every component and every child of one is an Akka actor, in a tree of supervision that mirrors the
/// topology, and a dispatcher delivers in simulated time. Same actors, same digest as without it.
/// </summary>
/// <remarks>
/// Give one to <see cref="SimulationOptions.Host"/>; it serves that simulation alone, with one worker, and owns its actor system. Dispose of
/// it after the last part of the run. What Akka decides and what the kernel does is told in docs/akka.md.
/// </remarks>
public sealed partial class AkkaHost : ActorHost, IDisposable
{
    private readonly AkkaHostOptions options;
    private readonly SimulatedTimeDispatcher dispatcher;
    private SlotEnvelope[] envelopes = [];
    private Simulation.Simulation? simulation;
    private Partition? partition; // set when the run starts
    private ActorTree? tree;
    private ActorCell? root;
    private bool attention; // something is to be done once the handler is over
    private bool closing;
    private bool closed;

    /// <summary>Starts an actor system.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public AkkaHost(AkkaHostOptions? options = null)
    {
        this.options = options ?? new AkkaHostOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.OutsideMax, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(this.options.OutsideMax, 1 << 20, nameof(options));
        outside = new OutsideInbox(this.options.OutsideMax);
        Strategy = new SupervisionByKernel(this);
        System = ActorSystem.Create(
            this.options.SystemName,
            ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(AkkaConfiguration.For(this.options)), new LogSetup(this.options.Log ?? Console.Error)));
        dispatcher = (SimulatedTimeDispatcher)System.Dispatchers.Lookup(AkkaConfiguration.DispatcherId);
        dispatcher.Bind(this);
    }

    /// <inheritdoc/>
    public override string Name => "akka";

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The Akka actors made for the simulation so far, removed ones included.</summary>
    public int ActorCount => tree?.Count ?? 0;

    internal SupervisorStrategy Strategy { get; }

    private Partition Kernel => partition!;

    private ActorTree Tree => tree!;

    /// <summary>The Akka actor of an actor of the simulation; from the first part of the run on.</summary>
    /// <exception cref="InvalidOperationException">The run has not started, or the actor is not in it.</exception>
    public IActorRef ReferenceOf(ComponentActor actor) =>
        actor.Id != 0 && actor.simulation == simulation && tree?.ReferenceOf(actor.Id) is { } reference
            ? reference
            : throw new InvalidOperationException($"{actor.Path} has no Akka actor: it is not in this simulation, or the run has not started.");

    internal override void Claim(Simulation.Simulation simulation)
    {
        if (this.simulation is not null)
            throw new ArgumentException("An AkkaHost serves one simulation, and this one has its own.");
        this.simulation = simulation;
    }

    internal override void Enter()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        dispatcher.Enter();
    }

    internal override void Leave()
    {
        if (attention)
            Settle();
        dispatcher.Leave();
    }

    internal override void Begin(Partition partition)
    {
        this.partition = partition;
        var losses = (RepointableActorRef)System.ActorOf(
            Props.Create(() => new LossCounter(this)).WithDispatcher(AkkaConfiguration.DispatcherId), "losses");
        var top = (RepointableActorRef)System.ActorOf(
            Props.Create(() => new SimulationRoot(this)).WithDispatcher(AkkaConfiguration.DispatcherId), "simulation");

        // Akka's guardian makes these two, on a thread of its own: their mailboxes run here while we wait, and before a reference is
        // started what it is told would come later, by the guardian's thread.
        if (!dispatcher.RunUntil(() => counting && losses.IsStarted && root is not null && top.IsStarted, options.Patience))
            throw new TimeoutException($"Akka did not start the root of the tree within {options.Patience}.");
        tree = new ActorTree(this, root!, simulation!.places);
        tree.Build();
    }

    internal override void Attach(ComponentActor actor) => tree?.Attach(actor);

    internal override void Start(ComponentActor actor) => InvokeNow(actor.Id, new Envelope(StartSignal.Instance, ActorRefs.NoSender));

    internal override void Tell(int slot, ref Message message)
    {
        SlotEnvelope envelope = EnvelopeOf(slot);
        envelope.Told = true;
        Tree.ReferenceOf(message.Destination).Tell(envelope, Tree.ReferenceOf(message.Source));
        if (envelope.Told)
            throw new InvariantException($"A message to actor {message.Destination} was told and did not come to the dispatcher.");
    }

    internal override void Deliver(ComponentActor actor, int slot, ref Message message)
    {
        SlotEnvelope envelope = EnvelopeOf(slot);
        envelope.Due = true;
        InvokeNow(actor.Id, new Envelope(envelope, Tree.ReferenceOf(message.Source)));
        envelope.Due = false;
    }

    /// <summary>The root runs.</summary>
    internal void RootStarted(ActorCell cell) => root = cell;

    /// <summary>A message that the kernel told came to the dispatcher.</summary>
    internal void Take(SlotEnvelope envelope)
    {
        Kernel.Take(envelope.Slot);
        envelope.Told = false;
    }

    /// <summary>Within its Akka actor, a component handles the message in hand.</summary>
    internal void Handle(ComponentActor component, SlotEnvelope envelope)
    {
        envelope.Due = false;
        try
        {
            Kernel.Handle(component, envelope.Slot);
        }
        catch (Exception exception) when (Kernel.current != component.Id)
        {
            FailElsewhere(exception);
        }
    }

    /// <summary>Within its Akka actor, a component starts.</summary>
    internal void HandleStart(ComponentActor component)
    {
        try
        {
            component.OnStart();
        }
        catch (Exception exception) when (Kernel.current != component.Id)
        {
            FailElsewhere(exception);
        }
    }

    /// <summary>Something waits for the end of the handler.</summary>
    internal void Attend() => attention = true;

    private void InvokeNow(int id, in Envelope envelope)
    {
        ActorCell cell = Tree.CellOf(id);
        try
        {
            dispatcher.Invoke(cell, envelope);
        }
#pragma warning disable CA1031 // the cell deals with its actor's exceptions; what comes through is a receive timeout that was refused
        catch (Exception exception)
#pragma warning restore CA1031
        {
            cell.SetReceiveTimeout(null);
            failedElsewhere = (simulation!.places[id].Actor!, exception);
            attention = true;
        }

        if (attention)
            Settle();
    }

    /// <summary>Does what had to wait for the end of a handler.</summary>
    private void Settle()
    {
        attention = false;
        dispatcher.RunAfterwards();
        if (failedElsewhere is { } failed)
        {
            failedElsewhere = null;
            InvokeNow(failed.Actor.Id, new Envelope(new FailureSignal(failed.Exception), ActorRefs.NoSender));
        }

        if (runFailure is { } failure && !guardianKnows)
        {
            guardianKnows = true;
            dispatcher.Invoke(Tree.Root, new Envelope(new FailureSignal(new RunFailedException(failure, CauseOf(failure))), ActorRefs.NoSender));
        }

        if (broken is { } exception)
        {
            broken = null;
            throw new InvariantException($"The host met {exception.GetType().Name}: {exception.Message}{Environment.NewLine}{exception.StackTrace}");
        }
    }

    private SlotEnvelope EnvelopeOf(int slot)
    {
        SlotEnvelope[] all = envelopes;
        return slot < all.Length && all[slot] is { } known ? known : NewEnvelope(slot);
    }

    private SlotEnvelope NewEnvelope(int slot)
    {
        if (slot >= envelopes.Length)
            Array.Resize(ref envelopes, Math.Max(slot + 1, Math.Max(1_024, envelopes.Length * 2)));
        return envelopes[slot] = new SlotEnvelope(slot);
    }
}
