namespace CxlTopology.Simulation;

/// <summary>A process of the run is gone, or does not answer; what its actors knew is lost with it.</summary>
/// <param name="peer">The number of the process; -1 if that is not known.</param>
/// <param name="message">What was noticed, for people.</param>
public sealed class PeerLostException(int peer, string message) : Exception(message)
{
    /// <summary>The number of the process; -1 if that is not known.</summary>
    public int Peer { get; } = peer;
}
