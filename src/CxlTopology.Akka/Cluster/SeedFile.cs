using Akka.Configuration;

namespace CxlTopology.Akka;

/// <summary>Seeds from a discovery configuration: the file that Akka.Discovery's method "config" reads.</summary>
/// <remarks><c>akka.discovery.config.services.cxltopo.endpoints = ["10.0.0.1:4711", "10.0.0.2:4711"]</c>, in HOCON. At most 64 KiB.</remarks>
public static class SeedFile
{
    private const int BytesMax = 64 << 10;
    private const string Key = "akka.discovery.config.services." + NodeAddress.SystemName + ".endpoints";

    /// <summary>Reads the endpoints.</summary>
    /// <exception cref="ClusterException">The file cannot be read, or names none.</exception>
    public static IReadOnlyList<NodeAddress> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
                throw new ClusterException($"{path} is larger than {BytesMax >> 10} KiB.", isUsage: true);
            IList<string> endpoints = ConfigurationFactory.ParseString(File.ReadAllText(path)).GetStringList(Key, []);
            if (endpoints.Count == 0)
                throw new ClusterException($"{path} has no list at {Key}.", isUsage: true);
            return [.. endpoints.Select(e => NodeAddress.TryParse(e, out NodeAddress address) ? address : throw new ClusterException($"{path}: {e} is no HOST:PORT.", isUsage: true))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ConfigurationException)
        {
            throw new ClusterException($"{path} cannot be read: {error.Message}", isUsage: true);
        }
    }
}
