using Akka.Configuration;
using Akka.Dispatch;

namespace CxlTopology.Akka;

/// <summary>Makes the one dispatcher of a node's remoting that runs actors on the thread that tells them something; named in the configuration.</summary>
public sealed class CallerDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallerDispatcher dispatcher;

    /// <summary>Called by Akka when the dispatcher is first looked up.</summary>
    public CallerDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        dispatcher = new CallerDispatcher(this);
    }

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => dispatcher;
}
