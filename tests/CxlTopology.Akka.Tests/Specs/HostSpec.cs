using Akka.Actor;
using Akka.TestKit.Xunit2;
using CxlTopology.Akka.Tests.Kernel;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>
/// A spec of a host: the actor system of Akka's test kit is the host's. In it a parent, a child in the parent's component, a component
/// below the parent, and a friend who sends them what a test wants.
/// </summary>
public abstract class HostSpec : TestKit
{
    /// <summary>How long every connection takes; so does a report or a directive from one component to another.</summary>
    protected static readonly SimDuration Latency = SimDuration.FromNanoseconds(10);

    /// <summary>The tag that the child and the component below cannot stand.</summary>
    protected const uint Bad = 13;

    private readonly StringWriter log;

    protected HostSpec(AkkaHostOptions? options = null)
        : this(options ?? new AkkaHostOptions(), new StringWriter())
    {
    }

    private HostSpec(AkkaHostOptions options, StringWriter log)
        : this(Hosts.New(options with { Log = TextWriter.Synchronized(log) }), log)
    {
    }

    private HostSpec(AkkaHost host, StringWriter log)
        : base(host.System)
    {
        Host = host;
        this.log = log;
        Run = new Simulation.Simulation(new SimulationOptions { Host = host });
        Parent.Adopt("child", Child);
        Run.Add("parent", Parent);
        Run.Add("below", Below, Parent);
        Run.Add("friend", Friend);
        ToParent = Run.Connect(Friend, Parent, 0, Latency);
        ToChild = Run.Connect(Friend, Child, 1, Latency);
        ToBelow = Run.Connect(Friend, Below, 2, Latency);
        Child.OnMessage = Below.OnMessage = (Probe _, ref Message m) =>
        {
            if (m.Tag == Bad)
                throw new FormatException("thirteen");
        };
    }

    private protected AkkaHost Host { get; }

    private protected Simulation.Simulation Run { get; }

    private protected Probe Parent { get; } = new();

    private protected Probe Child { get; } = new();

    private protected Probe Below { get; } = new();

    private protected Probe Friend { get; } = new();

    private protected Connection ToParent { get; }

    private protected Connection ToChild { get; }

    private protected Connection ToBelow { get; }

    /// <summary>What the host logged, once it is disposed of.</summary>
    private protected string Written => log.ToString();

    /// <summary>A nanosecond, and so on.</summary>
    private protected static SimTime Nanosecond(long count) => SimTime.Zero + SimDuration.FromNanoseconds(count);

    /// <summary>The Akka actor of a component.</summary>
    private protected IActorRef Ref(ComponentActor actor) => Host.ReferenceOf(actor);

    /// <summary>Has the simulation make its Akka actors, and run what is due at time zero.</summary>
    private protected void StartAll() => Run.Run(SimTime.Zero);

    protected override void AfterAll() => Host.Dispose();
}
