using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>The nodes of a run over a cluster: each is one process with one partition.</summary>
/// <remarks>Batches go from actor to actor over Akka.Remote, in parts of at most 512 KiB. Used by one thread, which sleeps while it waits.</remarks>
public sealed class ClusterPeers : IPeers
{
    private readonly RunSession session;
    private Func<bool>? givenUp;
    private Func<int, string>? holdings;

    internal ClusterPeers(RunSession session)
    {
        this.session = session;
    }

    /// <inheritdoc/>
    public int Self => session.Self;

    /// <inheritdoc/>
    public int Count => session.Count;

    /// <summary>The number of the node that the run lost: -1 if none is known, null if it lost none.</summary>
    public int? LostNode => session.Loss?.Peer;

    /// <summary>Where a node listens.</summary>
    public NodeAddress AddressOf(int peer) => session.AddressOf(peer);

    /// <summary>Asked now and then while waiting for another node; true ends the wait with a <see cref="PeerLostException"/>.</summary>
    public void GiveUpWhen(Func<bool> condition) => givenUp = condition;

    /// <summary>Says what a node holds, given its number: for the message when it is lost.</summary>
    public void Describe(Func<int, string> describe) => holdings = describe;

    /// <summary>Ends the run here and on all other nodes.</summary>
    /// <param name="why">For people.</param>
    public void Abandon(string why) => session.Lose(Self, why);

    /// <inheritdoc/>
    public void Exchange(WireBuffer[] outgoing, WireBuffer[] incoming)
    {
        if (session.Exchange(outgoing, incoming, givenUp))
            return;
        (int peer, string why) = session.Loss!.Value;
        throw new PeerLostException(peer, Text(peer, why));
    }

    private string Text(int peer, string why)
    {
        if (peer < 0)
            return $"Node {Self} lost the others: {why}.";
        if (peer == Self)
            return $"Node {Self} left the run: {why}.";
        string held = holdings is null ? "" : $" It held {holdings(peer)}.";
        return string.Create(CultureInfo.InvariantCulture, $"Node {peer} ({session.AddressOf(peer)}) is lost: {why}.{held}");
    }
}
