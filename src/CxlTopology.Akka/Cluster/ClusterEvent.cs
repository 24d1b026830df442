using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>Something that a node hears.</summary>
internal abstract record ClusterEvent
{
    /// <summary>Another node said something.</summary>
    public sealed record Heard(ClusterMessage Message, IActorRef Sender) : ClusterEvent
    {
        /// <summary>Where it came from, as far as one can know without a proof.</summary>
        public NodeAddress From => NodeAddress.Of(Sender.Path.Address);
    }

    /// <summary>A node is a member of the cluster.</summary>
    public sealed record Joined(NodeAddress Address, bool ServesRuns) : ClusterEvent;

    /// <summary>A node is no longer a member.</summary>
    public sealed record Gone(NodeAddress Address) : ClusterEvent;

    /// <summary>A node cannot be reached: the failure detector says so, or a connection that was closed hints at it.</summary>
    public sealed record Unreachable(NodeAddress Address, string Why, bool Detected) : ClusterEvent;

    /// <summary>A node can be reached again.</summary>
    public sealed record Reachable(NodeAddress Address) : ClusterEvent;

    /// <summary>The thread of the run under way has ended.</summary>
    public sealed record ShareEnded(ulong Run, int Code, string Text) : ClusterEvent;
}
