#if WITH_AKKA
using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary>A run as it travels to other nodes: the topology's text, the traces that it names, seed and time limit. A node needs no file of its own.</summary>
internal sealed class AkkaJob : IDisposable
{
    private const byte Version = 1;
    private const int BytesMax = 256 << 20;
    private readonly string? folder;

    private AkkaJob(TopologyModel model, ExperimentOptions options, string? folder)
    {
        Model = model;
        Options = options;
        this.folder = folder;
    }

    /// <summary>The topology, with the traces where this node has put them.</summary>
    public TopologyModel Model { get; }

    /// <summary>How it is run.</summary>
    public ExperimentOptions Options { get; }

    /// <summary>Packs a run.</summary>
    /// <exception cref="UserErrorException">A file is wrong or cannot be read, or there is too much.</exception>
    public static byte[] Pack(string file, ExperimentOptions options)
    {
        TopologyModel model = TopologyArgument.Load(file);
        var to = new WireBuffer();
        to.WriteByte(Version);
        to.WriteText(file);
        WriteFile(to, file, file, options);
        to.WriteBool(options.Seed is not null);
        to.WriteUInt64(options.Seed ?? 0);
        to.WriteBool(options.Until is not null);
        to.WriteInt64(options.Until?.Femtoseconds ?? 0);
        string[] traces = [.. model.Workloads.Select(w => w.Trace).OfType<string>().Distinct(StringComparer.Ordinal)];
        to.WriteInt32(traces.Length);
        foreach (string trace in traces)
        {
            to.WriteText(trace);
            WriteFile(to, trace, file, options);
        }

        return to.Written.ToArray();
    }

    /// <summary>Unpacks a run; its traces lie in a folder of their own until it is disposed of.</summary>
    /// <exception cref="WireException">The bytes are no run.</exception>
    public static AkkaJob Unpack(ReadOnlySpan<byte> job)
    {
        var from = new WireReader(job);
        if (from.ReadByte() != Version)
            throw new WireException("The job is of another version.");
        string file = from.ReadText();
        string text = System.Text.Encoding.UTF8.GetString(WithoutMark(from.ReadBytes(from.ReadCount(BytesMax))));
        bool seeded = from.ReadBool();
        ulong seed = from.ReadUInt64();
        bool limited = from.ReadBool();
        long until = from.ReadInt64();
        int traces = from.ReadCount(job.Length);
        string? folder = traces == 0 ? null : Directory.CreateTempSubdirectory("cxltopo-").FullName;
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            for (int i = 0; i < traces; i++)
            {
                string trace = from.ReadText();
                string place = Path.Combine(folder!, i.ToString(CultureInfo.InvariantCulture));
                File.WriteAllBytes(place, from.ReadBytes(from.ReadCount(BytesMax)));
                places.Add(trace, place);
            }

            from.End();
            TopologyModel model = TopologyFile.Parse(text, file).Model ?? throw new WireException("The topology of the job has errors.");
            model = model with { Workloads = [.. model.Workloads.Select(w => w.Trace is null ? w : w with { Trace = places.GetValueOrDefault(w.Trace) ?? throw new WireException("The job lacks a trace.") })] };
            return new AkkaJob(model, new ExperimentOptions { Seed = seeded ? seed : null, Until = limited ? new SimTime(until) : null }, folder);
        }
        catch
        {
            Remove(folder);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(folder);

    private static void Remove(string? folder)
    {
        try
        {
            if (folder is not null)
                Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // The operating system cleans its folder for temporary files.
        }
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith("\uFEFF"u8) ? text[3..] : text;

    private static void WriteFile(WireBuffer to, string path, string file, ExperimentOptions options)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > BytesMax - to.Length)
            {
                throw new UserErrorException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture,
                    $"cxltopo: {path}: a topology and its traces must not exceed {BytesMax >> 20} MiB together to be run on several nodes."));
            }

            to.WriteInt32((int)stream.Length);
            stream.ReadExactly(to.Append((int)stream.Length));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RunCommand.Prepare(file, options).Dispose(); // says it better, by number, where it is a trace
            throw new UserErrorException(ExitCode.BadFile, $"cxltopo: {path} cannot be read: {error.Message}");
        }
    }
}
#endif
