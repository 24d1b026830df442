using System.Runtime.ExceptionServices;
using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>The top of the tree: parent of the components that have none, watcher of those that are removed.</summary>
internal sealed class SimulationRoot(AkkaHost host) : ActorBase
{
    /// <inheritdoc/>
    protected override void PreStart() => host.RootStarted((ActorCell)Context);

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated gone:
                host.Removed(gone.ActorRef);
                return true;
            case FailureSignal failure:
                ExceptionDispatchInfo.Throw(failure.Exception);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => host.Strategy;
}
