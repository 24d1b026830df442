namespace CxlTopology.Akka;

/// <summary>Who is in the cluster, as far as this node has heard, and who has not been reached for how long.</summary>
/// <remarks>
/// Akka removes nobody by itself here. Who cannot be reached for <see cref="RemoveAfterMilliseconds"/> is removed by whoever notices, since a member that cannot be reached
/// keeps others from joining. Two halves of a cluster that do not reach each other so become two clusters; the half without the seeds dissolves and joins again.
/// </remarks>
internal sealed class MemberWatch(ClusterSystem system)
{
    /// <summary>How long a member may be out of reach.</summary>
    public const int RemoveAfterMilliseconds = 10_000;

    private readonly HashSet<NodeAddress> members = [];
    private readonly Dictionary<NodeAddress, long> unreachable = [];

    /// <summary>Whether this node is a member itself.</summary>
    public bool Joined => members.Contains(system.Address);

    /// <summary>Whether a node is a member.</summary>
    public bool Has(NodeAddress address) => members.Contains(address);

    /// <summary>Takes in what was heard.</summary>
    public void Hear(ClusterEvent what, long now)
    {
        switch (what)
        {
            case ClusterEvent.Joined joined:
                members.Add(joined.Address);
                break;
            case ClusterEvent.Gone gone:
                members.Remove(gone.Address);
                unreachable.Remove(gone.Address);
                break;
            case ClusterEvent.Unreachable { Detected: true } lost when members.Contains(lost.Address):
                unreachable.TryAdd(lost.Address, now);
                break;
            case ClusterEvent.Reachable back:
                unreachable.Remove(back.Address);
                break;
        }
    }

    /// <summary>Removes who has not been reached for too long.</summary>
    public void Remove(long now)
    {
        foreach ((NodeAddress address, long since) in unreachable)
        {
            if (now - since <= RemoveAfterMilliseconds)
                continue;
            unreachable.Remove(address);
            system.Remove(address);
            break;
        }
    }
}
