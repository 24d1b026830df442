namespace CxlTopology.Simulation;

/// <summary>
/// What becomes of a partition's actors that failed: reports to their parents, directives back, and what waits meanwhile.
/// </summary>
internal sealed class Supervision(Partition partition)
{
    private readonly Simulation simulation = partition.simulation;

    /// <summary>An exception left a handler: the actor is suspended and its parent hears of it, or the run ends.</summary>
    public void Fail(ComponentActor failed, Exception exception) => Fail(failed, Record(failed, exception));

    private void Fail(ComponentActor failed, ActorFailure failure)
    {
        failed.SetState(ActorState.Suspended);
        if (failed.Parent is not { } parent || failure.Is<InvariantException>() || failure.Is<SimulationLimitException>())
        {
            failed.SetState(ActorState.Stopped); // the run goes on to the end of its span, without this actor
            failure.Directive = SupervisionDirective.Escalate;
            simulation.Fail(partition.now, partition.KindInHand == Message.StartKind);
            partition.host?.RunFails(failure);
            return;
        }

        try
        {
            var message = new Message
            {
                Kind = Message.ChildFailedKind,
                Agent = failed.Id,
                Payload = partition.records.Add(failure),
                Flags = Message.HasRecord,
            };
            partition.Send(failed, ref message, parent.Id, TimeTo(failed, parent));
        }
        catch (SimulationLimitException limit)
        {
            failure.Directive = SupervisionDirective.Escalate;
            Fail(failed, limit);
        }
    }

    /// <summary>Has a parent decide about a failure below it.</summary>
    public void Supervise(ComponentActor parent, ActorFailure failure)
    {
        if (partition.host is { } host)
            host.Supervise(parent, failure);
        else if (Decide(parent, failure) == SupervisionDirective.Escalate)
            PassOn(parent, failure);
        else
            Settle(parent, failure);
    }

    /// <summary>Asks a parent what to do about a failure below it.</summary>
    public static SupervisionDirective Decide(ComponentActor parent, ActorFailure failure)
    {
        // Should the parent fail over this, or pass it on, what is decided about the parent holds for the child.
        (parent.undecided ??= []).Add(failure.ActorId);
        SupervisionDirective directive = parent.OnChildFailed(failure);
        failure.Directive = directive;
        return directive;
    }

    /// <summary>Sends a child what its parent has just decided.</summary>
    public void Settle(ComponentActor parent, ActorFailure failure)
    {
        parent.undecided!.RemoveAt(parent.undecided.Count - 1);
        Direct(parent, failure.ActorId, failure.Directive!.Value);
    }

    /// <summary>Does what the parent decided.</summary>
    public void Apply(ComponentActor actor, SupervisionDirective directive)
    {
        if (directive == SupervisionDirective.Stop)
            Stop(actor);
        else if (actor.runState == ActorState.Suspended)
            Restart(actor);
    }

    /// <summary>A message came to an actor that does not run: it waits, or is a dead letter.</summary>
    public void Refuse(ComponentActor actor, ref Message message)
    {
        if (actor.runState != ActorState.Stopped)
        {
            (actor.stash ??= new MessageQueue(simulation.Options.MessagesMax)).Enqueue(ref message);
            return;
        }

        if (message.Kind == Message.ChildFailedKind)
        {
            // Nobody is left to decide about the component below.
            var failure = (ActorFailure)partition.records.Get(message.Payload);
            failure.Directive = SupervisionDirective.Stop;
            Direct(actor, failure.ActorId, SupervisionDirective.Stop);
        }
        else
        {
            partition.CountDeadLetter(actor, message);
        }

        partition.DropPayload(ref message);
    }

    /// <summary>Cancels a timer that waits at its suspended actor.</summary>
    public bool CancelWaiting(ComponentActor actor, ulong key)
    {
        for (int i = 0; i < actor.stash?.Count; i++)
        {
            ref Message waiting = ref actor.stash[i];
            if (waiting.Key != key || waiting.Kind == Message.NoKind)
                continue;
            partition.DropPayload(ref waiting);
            waiting.Kind = Message.NoKind;
            return true;
        }

        return false;
    }

    /// <summary>Puts an actor back to its start and lets it run.</summary>
    public void Reset(ComponentActor actor)
    {
        actor.OnRestart();
        DirectUndecided(actor, SupervisionDirective.Restart);
        actor.SetState(ActorState.Running);
        partition.EndMessageInHand();
    }

    /// <summary>A parent passes a failure on: it is its own from here on.</summary>
    public void PassOn(ComponentActor parent, ActorFailure failure) =>
        Fail(parent, Record(parent, failure.ExceptionType, failure.Reason, failure.Trace));

    private ActorFailure Record(ComponentActor failed, Exception exception) => exception is ComponentFailedException { Failure: { } known }
        ? Record(failed, known.ExceptionType, known.Reason, known.Trace)
        : Record(failed, exception.GetType().FullName!, exception.Message, exception.StackTrace ?? "");

    private ActorFailure Record(ComponentActor failed, string type, string reason, string trace)
    {
        var failure = new ActorFailure(
            failed.Id, failed.Path, partition.KindInHand, partition.SourceInHand, new SimTime(partition.now), type, reason, trace);
        partition.failures.Add(failure);
        return failure;
    }

    private long TimeTo(ComponentActor from, ComponentActor to) =>
        partition.now + (from.component == to.component ? 0 : Math.Min(simulation.controlLatency, long.MaxValue - partition.now));

    private void Direct(ComponentActor parent, int childId, SupervisionDirective directive)
    {
        ComponentActor child = simulation.places[childId].Actor!;
        var message = new Message { Kind = Message.DirectiveKind, Argument = (ulong)directive, Payload = -1 };
        partition.Send(parent, ref message, childId, TimeTo(parent, child));
    }

    private void DirectUndecided(ComponentActor parent, SupervisionDirective directive)
    {
        if (parent.undecided is not { } below)
            return;
        parent.undecided = null;
        foreach (int child in below)
            Direct(parent, child, directive);
    }

    private void Restart(ComponentActor actor)
    {
        if (partition.host is { } host)
            host.Restart(actor);
        else
            Reset(actor);
        Redeliver(actor);
    }

    /// <summary>Has a restarted actor handle what waited, in the order of arrival, before anything else; until it fails again.</summary>
    private void Redeliver(ComponentActor actor)
    {
        while (actor is { runState: ActorState.Running, stash.Count: > 0 })
        {
            Message first = actor.stash.Dequeue();
            if (first.Kind == Message.NoKind)
                continue;
            int slot = partition.slotCache.Take();
            ref Message waiting = ref partition.slab[slot];
            waiting = first;
            waiting.Time = partition.now;
            waiting.Destination = actor.Id;
            partition.live++;
            partition.Dispatch(slot, ref waiting);
        }
    }

    private void Stop(ComponentActor actor)
    {
        if (actor.runState == ActorState.Stopped)
            return;
        StopTree(actor);
        partition.host?.Stopped(actor);
    }

    private void StopTree(ComponentActor actor)
    {
        if (actor.runState == ActorState.Stopped)
            return;
        actor.SetState(ActorState.Stopped);
        try
        {
            actor.OnStopped();
        }
        catch (Exception exception) when (exception is not (InvariantException or SimulationLimitException))
        {
            Record(actor, exception).Directive = SupervisionDirective.Stop; // it stays stopped
        }

        while (actor.stash is { Count: > 0 } stash)
        {
            Message dead = stash.Dequeue();
            if (dead.Kind != Message.NoKind)
                Refuse(actor, ref dead);
        }

        DirectUndecided(actor, SupervisionDirective.Stop);
        foreach (ComponentActor child in actor.Children)
            StopTree(child);
    }
}
