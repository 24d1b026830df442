using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>
/// What the guardian of the user's actors does about a failure that nobody below it decided: it stops the tree. The run has failed by
/// then; the tree goes when its host is disposed of.
/// </summary>
public sealed class StoppingGuardian : SupervisorStrategyConfigurator
{
    /// <inheritdoc/>
    public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Stop);
}
