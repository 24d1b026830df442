using System.IO.Compression;
using System.Text;

namespace CxlTopology.Cli.Tests;

/// <summary>A folder of its own that is gone after the test, with topologies to run in it.</summary>
internal sealed class TestFolder : IDisposable
{
    private const string Topology = """
        version: 1
        name: small
        hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}
        endpoints: {mem0: {type: 3, memory: 1GiB}}
        regions: {region0: {endpoints: [mem0], size: 1GiB}}

        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cxltopo-");

    public string Path => folder.FullName;

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes a topology of one endpoint with more lines at its end.</summary>
    public string WriteTopology(string rest) => Write("small.yaml", Topology + rest + "\n");

    /// <summary>Writes a topology that replays a trace.</summary>
    public string WriteTraced(string trace, string more = "") => WriteTopology($"workloads: {{load: {{to: region0, trace: {trace}{more}}}}}");

    /// <summary>Writes a topology that runs for ever, as tests go.</summary>
    public string WriteEndless() => WriteTopology("workloads: {load: {to: region0, count: 1_000_000_000, payloads: false}}");

    public static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    public void Dispose() => folder.Delete(recursive: true);
}
