namespace CxlTopology.Akka;

/// <summary>What a node does for a run: its share of a job.</summary>
/// <param name="Job">The job, as the coordinator packed it.</param>
/// <param name="Peers">The other nodes.</param>
/// <param name="Stopping">Set when the node is told to end: the run should stop at the next window.</param>
public sealed record ClusterShare(ReadOnlyMemory<byte> Job, ClusterPeers Peers, CancellationToken Stopping);
