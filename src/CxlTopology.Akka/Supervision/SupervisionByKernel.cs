using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Util;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>
/// Supervision as the components decide it: Akka asks this strategy, the strategy asks <see cref="ComponentActor.OnChildFailed"/> of the
/// parent, and the answer travels to the child in simulated time.
/// </summary>
internal sealed class SupervisionByKernel(AkkaHost host) : SupervisorStrategy
{
    /// <inheritdoc/>
    public override IDecider Decider => throw new NotSupportedException("A component decides by the failure and not by the exception alone.");

    /// <inheritdoc/>
    public override void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children) => host.SendDirective();

    /// <inheritdoc/>
    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
    }

    /// <inheritdoc/>
    public override ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException("Components run where their simulation runs; their supervision is not sent elsewhere.");

    /// <inheritdoc/>
    protected override Directive Handle(IActorRef child, Exception exception) => host.Decide();

    /// <inheritdoc/>
    protected override void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive) =>
        host.LogDecision(child, cause, directive);
}
