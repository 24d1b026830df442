namespace CxlTopology.Simulation;

/// <summary>What joins the processes of one run: it carries a batch of bytes from each to each.</summary>
/// <remarks>
/// The transport knows nothing of what it carries. All processes build the same actors, and each runs those of its own partition; what crosses goes through here at the end
/// of a window, and so does what the process that reports must know at the end. Used by one thread.
/// </remarks>
public interface IPeers
{
    /// <summary>The number of this process, from 0; process 0 reports.</summary>
    int Self { get; }

    /// <summary>How many processes there are: 1 to 64.</summary>
    int Count { get; }

    /// <summary>
    /// Sends to each other process what <paramref name="outgoing"/> holds under its number, and leaves in <paramref name="incoming"/> what it sent here. Every process calls this
    /// equally often; it returns when everything has come. The entries under <see cref="Self"/> are left alone.
    /// </summary>
    /// <exception cref="PeerLostException">A process is gone, or does not answer.</exception>
    void Exchange(WireBuffer[] outgoing, WireBuffer[] incoming);
}
