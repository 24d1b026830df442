namespace CxlTopology.Cli.Commands;

/// <summary>What a command line says about a cluster, as it was written.</summary>
internal sealed record ClusterRequest
{
    /// <summary>How many nodes run it, this one among them: 2 to 64.</summary>
    public int Nodes { get; init; }

    /// <summary>Whether the other nodes are started as children of this process.</summary>
    public bool Spawn { get; init; }

    /// <summary>Whether the run starts again when a node is lost, instead of ending with what there is.</summary>
    public bool Restart { get; init; }

    /// <summary>Nodes of the cluster that is joined: <c>HOST:PORT</c>.</summary>
    public required string[] Seeds { get; init; }

    /// <summary>A discovery configuration that names them; null if there is none.</summary>
    public string? Discovery { get; init; }

    /// <summary>Where this process listens; null for a free port of the loopback address.</summary>
    public string? Listen { get; init; }

    /// <summary>The file with the shared secret; null without one.</summary>
    public string? SecretFile { get; init; }

    /// <summary>The file with the certificate and its key; null without TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file with the certificate's password; null if it has none.</summary>
    public string? CertificatePasswordFile { get; init; }

    /// <summary>How long nodes are waited for; null for 30 s, and for as long as it takes where a node waits for its seed.</summary>
    public TimeSpan? JoinTimeout { get; init; }
}
