using System.Runtime.ExceptionServices;
using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>The Akka actor of one <see cref="ComponentActor"/>, which does not know of it.</summary>
/// <remarks>
/// A restart makes a new one of these around the same component, which has reset its state. Children survive their parent's restart.
/// </remarks>
internal sealed class HostedActor(AkkaHost host, ComponentActor component) : ActorBase
{
    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is not SlotEnvelope { Due: true } due)
            return base.AroundReceive(receive, message);
        host.Handle(component, due);
        return true;
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case StartSignal:
                host.HandleStart(component);
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

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // Akka would stop the children here; the kernel's stay.
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason) => host.HandleRestart(component);
}
