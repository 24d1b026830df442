using Akka.Actor;
using Akka.Remote;
using AkkaEvents = Akka.Cluster.ClusterEvent;

namespace CxlTopology.Akka;

/// <summary>The one actor of a node that other nodes talk to. It decides nothing: it sorts what comes.</summary>
internal sealed class ClusterActor : UntypedActor, IWithTimers
{
    /// <summary>Its name: every node knows it.</summary>
    public const string Name = "node";

    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(250);
    private readonly ClusterPort port;

    public ClusterActor(ClusterPort port)
    {
        this.port = port;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        global::Akka.Cluster.Cluster.Get(Context.System).Subscribe(
            Self, AkkaEvents.InitialStateAsEvents, typeof(AkkaEvents.IMemberEvent), typeof(AkkaEvents.IReachabilityEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationEvent));
        Context.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
        Timers.StartPeriodicTimer("tick", Tick.Instance, tick);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterMessage.Frame { Kind: FrameKind.Batch or FrameKind.Ping or FrameKind.Lost } frame:
                if (port.Session is { } session && session.Run == frame.Run)
                    session.Take(frame);
                break;
            case ClusterMessage.Frame other when other.Run != port.Run:
                break;
            case ClusterMessage said:
                port.Post(new ClusterEvent.Heard(said, Sender));
                break;
            case Tick:
                port.Session?.Tick();
                break;
            case DisassociatedEvent cut:
                Doubt(cut.RemoteAddress, "its connection was closed");
                break;
            case AssociationErrorEvent failed:
                Doubt(failed.RemoteAddress, "it cannot be connected to");
                break;
            case QuarantinedEvent quarantined:
                Doubt(quarantined.Address, "Akka has quarantined it");
                break;
            case AkkaEvents.MemberUp up:
                port.Post(new ClusterEvent.Joined(NodeAddress.Of(up.Member.Address), up.Member.HasRole(ClusterSystem.NodeRole)));
                break;
            case AkkaEvents.MemberRemoved removed:
                port.Post(new ClusterEvent.Gone(NodeAddress.Of(removed.Member.Address)));
                Doubt(removed.Member.Address, "it has left the cluster");
                break;
            case AkkaEvents.UnreachableMember unreachable:
                Doubt(unreachable.Member.Address, "the failure detector does not hear it", detected: true);
                break;
            case AkkaEvents.ReachableMember reachable:
                port.Post(new ClusterEvent.Reachable(NodeAddress.Of(reachable.Member.Address)));
                break;
        }
    }

    private void Doubt(Address address, string why, bool detected = false)
    {
        var node = NodeAddress.Of(address);
        port.Session?.DoubtNode(node, why);
        port.Post(new ClusterEvent.Unreachable(node, why, detected));
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
