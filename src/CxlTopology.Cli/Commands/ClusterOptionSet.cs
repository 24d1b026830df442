using System.CommandLine;
using CxlTopology.Description;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary>The options by which a process takes part in a cluster.</summary>
internal sealed class ClusterOptionSet
{
    private readonly Option<string[]> seeds = new("--seed-node")
    {
        HelpName = "HOST:PORT",
        Description = "A node whose cluster to join; several times for several (akka.tcp://cxltopo@HOST:PORT works too).",
    };

    private readonly Option<string> discovery = new("--discovery")
    {
        HelpName = "FILE",
        Description = "Read the seed nodes from a configuration of Akka.Discovery (service cxltopo), anew for every attempt.",
    };

    private readonly Option<string> listen = new("--listen")
    {
        HelpName = "HOST:PORT",
        Description = "Where this process listens (default: a free port of 127.0.0.1). Anything but loopback needs --certificate and --secret-file.",
    };

    private readonly Option<string> secret = new("--secret-file")
    {
        HelpName = "FILE",
        Description = "The secret that all nodes share, at least 16 bytes. Who does not know it gets no job and sends none.",
    };

    private readonly Option<string> certificate = new("--certificate")
    {
        HelpName = "PFX",
        Description = "Certificate with its key: all connections are TLS.",
    };

    private readonly Option<string> password = new("--certificate-password-file")
    {
        HelpName = "FILE",
        Description = "The certificate's password, if it has one.",
    };

    private readonly Option<string> timeout;

    /// <param name="timeoutText">What --join-timeout means here.</param>
    public ClusterOptionSet(string timeoutText)
    {
        timeout = new Option<string>("--join-timeout") { HelpName = "TIME", Description = timeoutText };
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[seeds, discovery, listen, secret, certificate, password, timeout])
            command.Add(option);
    }

    /// <summary>The first of them that is given; null if none is.</summary>
    public string? FirstGiven(ParseResult parsed) =>
        ((Option[])[seeds, discovery, listen, secret, certificate, password, timeout]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;

    /// <summary>Reads them.</summary>
    public ClusterRequest Read(ParseResult parsed)
    {
        TimeSpan? wait = null;
        if (parsed.GetValue(timeout) is { } text)
        {
            wait = Durations.TryParse(text, out SimDuration duration) && duration > SimDuration.Zero
                ? TimeSpan.FromSeconds(duration.TotalSeconds)
                : throw new UserErrorException(ExitCode.Usage, $"cxltopo: --join-timeout {text}: a time with its unit, such as 30s.");
        }

        string[] named = parsed.GetValue(seeds) ?? [];
        if (named.Length > 0 && parsed.GetValue(discovery) is not null)
            throw new UserErrorException(ExitCode.Usage, "cxltopo: --seed-node and --discovery both name the seed nodes; give one of them.");
        return new ClusterRequest
        {
            Seeds = named,
            Discovery = parsed.GetValue(discovery),
            Listen = parsed.GetValue(listen),
            SecretFile = parsed.GetValue(secret),
            Certificate = parsed.GetValue(certificate),
            CertificatePasswordFile = parsed.GetValue(password),
            JoinTimeout = wait,
        };
    }
}
