using Akka.Configuration;
using Akka.Dispatch;

namespace CxlTopology.Akka;

/// <summary>Makes the one <see cref="SimulatedTimeDispatcher"/> of an actor system; named in its configuration as the dispatcher's <c>type</c>.</summary>
public sealed class SimulatedTimeDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SimulatedTimeDispatcher dispatcher;

    /// <summary>Called by Akka when the dispatcher is first looked up.</summary>
    public SimulatedTimeDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => dispatcher = new SimulatedTimeDispatcher(this);

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => dispatcher;
}
