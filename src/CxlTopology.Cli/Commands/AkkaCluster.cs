#if WITH_AKKA
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CxlTopology.Akka;
using CxlTopology.Cli.Output;

namespace CxlTopology.Cli.Commands;

/// <summary>Turns what a command line says about a cluster into what the cluster needs.</summary>
internal static class AkkaCluster
{
    /// <summary>What this build is called among nodes: its version, and a number over all parts that can decide what a run gives.</summary>
    public static string Build { get; } = $"{VersionText.Text} {Fingerprint()}";

    /// <summary>The options.</summary>
    /// <exception cref="UserErrorException">One of them is wrong.</exception>
    public static ClusterOptions Options(ClusterRequest request)
    {
        NodeAddress[] seeds = [.. request.Seeds.Select(s => Address("--seed-node", s))];
        var options = new ClusterOptions
        {
            Build = Build,
            Listen = request.Listen is { } listen ? Address("--listen", listen) : NodeAddress.Loopback,
            Seeds = request.Discovery is { } file ? () => SeedFile.Read(file) : () => seeds,
            Secret = request.SecretFile is { } secret ? Secret(secret) : null,
            Certificate = request.Certificate is { } certificate ? Certificate(certificate, request.CertificatePasswordFile) : null,
        };
        return request.JoinTimeout is { } wait ? options with { JoinTimeout = wait } : options;
    }

    /// <summary>Turns what is wrong with a cluster into what the user reads.</summary>
    public static UserErrorException Problem(ClusterException problem) => new(problem.IsUsage ? ExitCode.Usage : ExitCode.NoProgress, "cxltopo: " + problem.Message);

    private static NodeAddress Address(string option, string text) =>
        NodeAddress.TryParse(text, out NodeAddress address) ? address : throw new UserErrorException(ExitCode.Usage, $"cxltopo: {option} {text}: HOST:PORT is expected, such as 127.0.0.1:4711.");

    private static SharedSecret Secret(string path)
    {
        // An editor's line feed at the end is not part of the secret.
        ReadOnlySpan<byte> bytes = Read("--secret-file", path).AsSpan().TrimEnd("\r\n"u8);
        try
        {
            return new SharedSecret(bytes);
        }
        catch (ClusterException wrong)
        {
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --secret-file {path}: {wrong.Message}");
        }
    }

    private static X509Certificate2 Certificate(string path, string? passwordPath)
    {
        byte[] bytes = Read("--certificate", path);
        string? password = passwordPath is null ? null : System.Text.Encoding.UTF8.GetString(Read("--certificate-password-file", passwordPath)).TrimEnd('\r', '\n');
        try
        {
            X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(bytes, password);
            return certificate.HasPrivateKey ? certificate : throw new UserErrorException(ExitCode.Usage, $"cxltopo: --certificate {path}: it holds no private key.");
        }
        catch (CryptographicException error)
        {
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --certificate {path}: {error.Message}");
        }
    }

    private static byte[] Read(string option, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: {option} {path}: {error.Message}");
        }
    }

    private static string Fingerprint()
    {
        var parts = new SortedDictionary<string, Guid>(StringComparer.Ordinal);
        var waiting = new Stack<Assembly>([typeof(AkkaCluster).Assembly]);
        while (waiting.TryPop(out Assembly? part))
        {
            if (!parts.TryAdd(part.GetName().Name!, part.ManifestModule.ModuleVersionId))
                continue;
            foreach (AssemblyName name in part.GetReferencedAssemblies())
            {
                if (name.Name!.StartsWith("CxlTopology.", StringComparison.Ordinal))
                    waiting.Push(Assembly.Load(name));
            }
        }

        byte[] all = [.. parts.Values.SelectMany(id => id.ToByteArray())];
        return Convert.ToHexStringLower(SHA256.HashData(all).AsSpan(0, 6));
    }
}
#endif
