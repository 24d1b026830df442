using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What becomes of actors that failed: Akka finds out and decides, the kernel says when.</summary>
public sealed partial class AkkaHost
{
    private readonly Dictionary<int, Exception> causes = []; // of each failed actor, for its restart
    private readonly List<ComponentRemoval> removals = [];
    private readonly Dictionary<IActorRef, string> leaving = []; // the paths of those whose end is watched
    private (ComponentActor Parent, ActorFailure Failure, Failed Report)? deciding; // until the strategy asks
    private (ComponentActor Parent, ActorFailure Failure)? decided;
    private (ComponentActor Actor, Exception Exception)? failedElsewhere; // not in its own handler
    private ActorFailure? runFailure;
    private Exception? broken;
    private ActorCell? restarting;
    private bool reset;
    private bool removing;
    private bool guardianKnows;

    /// <summary>Actors that were removed, in order.</summary>
    public IReadOnlyList<ComponentRemoval> Removals => removals;

    internal override void Supervise(ComponentActor parent, ActorFailure failure)
    {
        IActorRef child = Tree.ReferenceOf(failure.ActorId);
        var report = new Failed(child, CauseOf(failure), child.Path.Uid);
        deciding = (parent, failure, report);
        dispatcher.SystemDispatch(Tree.CellOf(parent.Id), report);
        if (deciding is not null)
            DecideAlone(); // the child was removed meanwhile, so that Akka has no question
        if (attention)
            Settle();
    }

    internal override void Restart(ComponentActor actor)
    {
        reset = false;
        restarting = Tree.CellOf(actor.Id);
        restarting.Restart(causes.GetValueOrDefault(actor.Id)!);
        restarting = null;
        causes.Remove(actor.Id);
        if (!reset)
            throw new InvariantException($"Akka did not restart {actor.Path}.");
        if (attention)
            Settle();
    }

    internal override void Stopped(ComponentActor actor)
    {
        if (Tree.FindRemovable(actor) is not { } top)
            return;
        foreach (ActorCell cell in ActorTree.Subtree(top))
        {
            leaving[cell.Self] = ActorTree.ComponentOf(cell)!.Path;
            Tree.Root.Watch(cell.Self);
        }

        removing = true;
        Tree.ParentOf(top).Stop(top.Self);
        removing = false;
        if (attention)
            Settle();
    }

    internal override void RunFails(ActorFailure failure)
    {
        runFailure ??= failure;
        attention = true;
    }

    /// <summary>Akka asks what to do about the failure that was reported.</summary>
    internal Directive Decide()
    {
        (ComponentActor parent, ActorFailure failure, _) = deciding!.Value;
        deciding = null;
        decided = (parent, failure);
        try
        {
            return Simulation.Supervision.Decide(parent, failure) switch
            {
                SupervisionDirective.Escalate => Directive.Escalate,
                SupervisionDirective.Stop => Directive.Stop,
                _ => Directive.Restart,
            };
        }
        catch (Exception exception) when (Kernel.current != parent.Id)
        {
            FailElsewhere(exception);
            return Directive.Resume; // nothing was decided, and resuming is refused below
        }
    }

    /// <summary>Sends the child what was decided, in simulated time.</summary>
    internal void SendDirective()
    {
        (ComponentActor parent, ActorFailure failure) = decided!.Value;
        Kernel.Settle(parent, failure);
    }

    /// <summary>Puts a decision into the log.</summary>
    internal void LogDecision(IActorRef child, Exception cause, Directive directive)
    {
        if (decided is { } known)
        {
            System.EventStream.Publish(
                new Warning(cause, child.Path.ToStringWithoutAddress(), typeof(SupervisionByKernel), $"{known.Failure}: {directive}"));
        }
    }

    /// <summary>Within its new Akka actor, a component resets its state.</summary>
    internal void HandleRestart(ComponentActor component)
    {
        reset = true;
        try
        {
            Kernel.Reset(component);
        }
        catch (Exception exception) when (Kernel.current != component.Id)
        {
            FailElsewhere(exception);
        }
    }

    /// <summary>Death watch: an actor is gone.</summary>
    internal void Removed(IActorRef gone)
    {
        if (leaving.Remove(gone, out string? path))
            removals.Add(new ComponentRemoval(path, new SimTime(Kernel.now)));
    }

    /// <summary>
    /// Whether a system message may go its way. Failures, restarts and ends of components are the kernel's to time, and what Akka does to
    /// the children of whom it concerns is not done here.
    /// </summary>
    internal bool Admits(ActorCell cell, SystemMessage message)
    {
        if (closing || tree is null)
            return true;
        switch (message)
        {
            case Failed failed:
                return ReferenceEquals(failed, deciding?.Report) || !TakeFailure(failed);
            case Recreate when ActorTree.ComponentOf(cell) is not null:
                return cell == restarting;
            case Suspend or Resume when ActorTree.ComponentOf(cell) is not null:
                return false;
            case Terminate when ActorTree.ComponentOf(cell) is not null:
                return removing || !AddOutside(cell, null);
            case Terminate when cell == Tree.Root:
                if (runFailure is null)
                    simulation!.Stop(); // somebody ends the actor system; the rest is done when the host is disposed of
                return false;
            default:
                return true;
        }
    }

    private bool TakeFailure(Failed failed)
    {
        if (failed.Child is not LocalActorRef child || ActorTree.ComponentOf(child.Cell) is not { } component)
            return false;
        Exception cause = failed.Cause is ActorInitializationException { InnerException: { } inner } ? inner : failed.Cause;
        causes[component.Id] = cause;
        try
        {
            Kernel.Failed(component, cause);
        }
#pragma warning disable CA1031 // Akka would swallow it; it is thrown again after the handler
        catch (Exception exception)
#pragma warning restore CA1031
        {
            broken ??= exception;
            attention = true;
        }

        return true;
    }

    // What was thrown, if it was in this process.
    private Exception CauseOf(ActorFailure failure) => causes.GetValueOrDefault(failure.ActorId) ?? new ComponentFailedException(failure);

    private void FailElsewhere(Exception exception)
    {
        failedElsewhere = (simulation!.places[Kernel.current].Actor!, exception);
        attention = true;
    }

    private void DecideAlone()
    {
        ComponentActor parent = deciding!.Value.Parent;
        if (Decide() == Directive.Escalate)
            InvokeNow(parent.Id, new Envelope(new FailureSignal(CauseOf(decided!.Value.Failure)), ActorRefs.NoSender));
        else
            SendDirective();
    }
}
