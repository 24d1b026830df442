namespace CxlTopology.Akka;

/// <summary>A node that serves runs: it joins, waits to be taken, runs its share, and waits again.</summary>
/// <remarks>
/// A node whose seeds are all gone starts its actor system anew, at the same address, and tries to join them until they are back; so does one that the others have removed.
/// </remarks>
public sealed class ClusterNode
{
    private readonly ClusterOptions options;
    private readonly Func<ClusterShare, ShareResult> runShare;
    private readonly Action<string> say;

    /// <param name="options">How it takes part.</param>
    /// <param name="runShare">Runs a share, on a thread of its own.</param>
    /// <param name="say">Hears what happens, a line each.</param>
    public ClusterNode(ClusterOptions options, Func<ClusterShare, ShareResult> runShare, Action<string> say)
    {
        this.options = options;
        this.runShare = runShare;
        this.say = say;
    }

    /// <summary>Serves until it is told to stop, or for one run.</summary>
    /// <param name="once">Whether it ends after the first run; it then also ends when its seed goes before that, or cannot be joined in time.</param>
    /// <param name="stop">Tells it to stop. A run under way is stopped at its next window, with what there is.</param>
    /// <exception cref="ClusterException">
    /// The address cannot be listened on, the options are wrong, or (with <paramref name="once"/>) there was no run.
    /// </exception>
    public void Serve(bool once, CancellationToken stop)
    {
        ClusterOptions current = options;
        while (true)
        {
            IReadOnlyList<NodeAddress> seeds = options.Seeds();
            options.Check(seeds);
            using ClusterSystem system = ClusterSystem.Start(current, ClusterSystem.NodeRole);
            current = current with { Listen = system.Address }; // the next system is to be found where this one was
            IReadOnlyList<NodeAddress> others = seeds.Contains(system.Address) ? [] : seeds; // who is a seed needs no other
            say($"listening on {system.Address}, {(others.Count == 0 ? "a seed of its cluster" : "joining " + string.Join(", ", others))}");
            system.Join(seeds);
            using var service = new NodeService(system, current, runShare, say);
            NodeEnding ending = service.Serve(others, once, stop);
            if (ending != NodeEnding.Alone)
            {
                system.Leave();
                return;
            }

            say("its seeds are gone: starting anew");
        }
    }
}
