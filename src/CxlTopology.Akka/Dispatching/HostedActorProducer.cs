using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>Makes the Akka actor of a component, at first and after every restart.</summary>
internal sealed class HostedActorProducer(AkkaHost host, ComponentActor component) : IIndirectActorProducer
{
    /// <inheritdoc/>
    public Type ActorType => typeof(HostedActor);

    /// <inheritdoc/>
    public ActorBase Produce() => new HostedActor(host, component);

    /// <inheritdoc/>
    public void Release(ActorBase actor)
    {
    }
}
