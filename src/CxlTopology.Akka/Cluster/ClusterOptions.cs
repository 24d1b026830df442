using System.Security.Cryptography.X509Certificates;

namespace CxlTopology.Akka;

/// <summary>How a process takes part in a cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>Where this process listens; a free port of the loopback address by default. Other nodes reach it there.</summary>
    public NodeAddress Listen { get; init; } = NodeAddress.Loopback;

    /// <summary>Nodes whose cluster is joined, asked anew for every attempt; none by default: this process is the first one.</summary>
    public Func<IReadOnlyList<NodeAddress>> Seeds { get; init; } = static () => [];

    /// <summary>What all nodes know and nobody else; none by default.</summary>
    public SharedSecret? Secret { get; init; }

    /// <summary>The certificate with its key that this process shows, for TLS; none by default.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What this build is called; nodes of another one are refused, since they might compute something else.</summary>
    public required string Build { get; init; }

    /// <summary>Where warnings of Akka go. Standard error by default.</summary>
    public TextWriter Log { get; init; } = Console.Error;

    /// <summary>How long nodes are waited for: 30 s by default.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal bool Encrypted => Certificate is not null;

    /// <summary>Refuses seeds that could not call this process back.</summary>
    /// <exception cref="ClusterException">They are on other machines, and this process listens on the loopback address.</exception>
    public void Check(IReadOnlyList<NodeAddress> seeds)
    {
        foreach (NodeAddress seed in seeds)
        {
            if (seed.Port == 0)
                throw new ClusterException($"The seed node {seed} has no port.", isUsage: true);
            if (Listen.IsLoopback && !seed.IsLoopback)
                throw new ClusterException($"The seed node {seed} is on another machine, from where {Listen} cannot be called: listen on an address that it reaches.", isUsage: true);
        }
    }

    /// <summary>Refuses what would open this process to others without protection.</summary>
    /// <exception cref="ClusterException">It would.</exception>
    public void Check()
    {
        if (Listen.IsAny)
            throw new ClusterException($"Listening on {Listen} names no address that other nodes could call. Name the one that they reach this machine by.", isUsage: true);
        if (!Listen.IsLoopback && (Certificate is null || Secret is null))
        {
            throw new ClusterException(
                $"Listening on {Listen}, which other machines may reach, needs a certificate (TLS) and a shared secret; without both a node listens on the loopback address only.",
                isUsage: true);
        }
    }
}
