using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using Akka.Serialization;
using AkkaCluster = Akka.Cluster.Cluster;

namespace CxlTopology.Akka;

/// <summary>The actor system of one node, from its start to its end.</summary>
internal sealed class ClusterSystem : IDisposable
{
    /// <summary>The role of those that serve runs.</summary>
    public const string NodeRole = "cxltopo-node";

    /// <summary>The role of those that start runs.</summary>
    public const string CoordinatorRole = "cxltopo-run";

    private static readonly TimeSpan shutdownPatience = TimeSpan.FromSeconds(10);
    private readonly ClusterOptions options;
    private readonly ActorSystem system;
    private readonly AkkaCluster cluster;

    private ClusterSystem(ClusterOptions options, ActorSystem system)
    {
        this.options = options;
        this.system = system;
        cluster = AkkaCluster.Get(system);
        Address = NodeAddress.Of(cluster.SelfAddress);
        Actor = system.ActorOf(Props.CreateBy(new Producer(Port)), ClusterActor.Name);
    }

    /// <summary>What comes in.</summary>
    public ClusterPort Port { get; } = new();

    /// <summary>This node's actor.</summary>
    public IActorRef Actor { get; }

    /// <summary>Where this node listens.</summary>
    public NodeAddress Address { get; }

    /// <summary>Whether the system has ended: another node has removed this one.</summary>
    public bool HasEnded => system.WhenTerminated.IsCompleted || cluster.IsTerminated;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="ClusterException">The address cannot be listened on, or the options are wrong.</exception>
    public static ClusterSystem Start(ClusterOptions options, string role)
    {
        options.Check();
        var bootstrap = BootstrapSetup.Create().WithConfig(ClusterConfiguration.Of(options, role));
        ActorSystemSetup setup = ActorSystemSetup.Create(bootstrap, SerializationSetup.Create(Serializers));
        if (options.Certificate is { } certificate)
            setup = setup.And(new DotNettySslSetup(certificate, suppressValidation: false));
        ClusterLog.HandOver(options.Log);
        try
        {
            return new ClusterSystem(options, ActorSystem.Create(NodeAddress.SystemName, setup));
        }
        catch (Exception error) when (Cause(error) is System.Net.Sockets.SocketException or KeyNotFoundException)
        {
            throw new ClusterException($"Cannot listen on {options.Listen}: {Cause(error).Message}.", isUsage: true);
        }
        finally
        {
            ClusterLog.HandOver(null);
        }
    }

    /// <summary>Becomes a member of the cluster of the seeds, or of its own without any. Tries until it works.</summary>
    public void Join(IReadOnlyList<NodeAddress> seeds)
    {
        if (seeds.Count == 0 || (seeds.Count == 1 && seeds[0] == Address))
            cluster.Join(cluster.SelfAddress);
        else
            cluster.JoinSeedNodes([.. seeds.Select(s => s.ToAkka(options.Encrypted))]);
    }

    /// <summary>The actor of another node.</summary>
    public IActorRef ActorAt(NodeAddress address) =>
        ((ExtendedActorSystem)system).Provider.ResolveActorRef(new RootActorPath(address.ToAkka(options.Encrypted)) / "user" / ClusterActor.Name);

    /// <summary>Removes a node that is lost, so that the cluster can take in others.</summary>
    public void Remove(NodeAddress address) => cluster.Down(address.ToAkka(options.Encrypted));

    /// <summary>Leaves the cluster in good order, within a few seconds, and ends.</summary>
    public void Leave()
    {
        if (!HasEnded)
            cluster.LeaveAsync().Wait(TimeSpan.FromSeconds(5));
        Dispose();
    }

    /// <summary>Ends without a word to the cluster; what was said to other nodes is still sent.</summary>
    public void Dispose() => system.Terminate().Wait(shutdownPatience);

    private static ImmutableHashSet<SerializerDetails> Serializers(ExtendedActorSystem system) =>
    [
        SerializerDetails.Create("cxltopo", new ClusterSerializer(system), [typeof(ClusterMessage)]),
        .. RefusingSerializer.Replaced.Select(number => SerializerDetails.Create(
            number == 1 ? "json" : string.Create(CultureInfo.InvariantCulture, $"refused-{number}"), new RefusingSerializer(system, number), number == 1 ? [typeof(object)] : [])),
    ];

    private static Exception Cause(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error;
    }

    private sealed class Producer(ClusterPort port) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ClusterActor);

        public ActorBase Produce() => new ClusterActor(port);

        public void Release(ActorBase actor)
        {
        }
    }
}
