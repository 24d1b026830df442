using System.IO.Compression;
using System.Text;

namespace CxlTopology.Experiments.Tests;

/// <summary>A trace in a file of its own that is gone after the test.</summary>
internal sealed class TraceFile : IDisposable
{
    public TraceFile(byte[] content)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllBytes(Path, content);
    }

    public TraceFile(string content)
        : this(Encoding.UTF8.GetBytes(content))
    {
    }

    public string Path { get; }

    public static byte[] Gzip(string content) => Gzip(Encoding.UTF8.GetBytes(content));

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>The trace that is shipped, found from the test assembly upwards.</summary>
    public static string Shipped()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = System.IO.Path.Combine(folder.FullName, "topologies", "traces", "ls.lackey.gz");
            if (File.Exists(path))
                return path;
        }

        throw new FileNotFoundException("topologies/traces/ls.lackey.gz is in no folder above the tests.");
    }

    public List<TraceRecord> Records(TraceReaderOptions? options = null)
    {
        using TraceReader reader = TraceReader.Open(Path, options);
        var records = new List<TraceRecord>();
        while (reader.TryNext(out TraceRecord record))
            records.Add(record);
        return records;
    }

    public TraceException Failure(TraceFormat format = TraceFormat.Auto) =>
        Assert.Throws<TraceException>(() => Records(new TraceReaderOptions { Format = format }));

    public void Dispose() => File.Delete(Path);
}
