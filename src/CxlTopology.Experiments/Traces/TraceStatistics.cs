using System.Globalization;
using System.Numerics;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>What is in a trace file: counted once over, before it is used.</summary>
public sealed record TraceStatistics
{
    private TraceStatistics()
    {
    }

    /// <summary>The format the file is in.</summary>
    public TraceFormat Format { get; private set; }

    /// <summary>Lines of text, talk and comments included.</summary>
    public long TextLines { get; private set; }

    /// <summary>Loads in the file; a modify is not among them.</summary>
    public long Loads { get; private set; }

    /// <summary>Stores in the file; a modify is not among them.</summary>
    public long Stores { get; private set; }

    /// <summary>Modifies in the file, each one access there.</summary>
    public long Modifies { get; private set; }

    /// <summary>Instruction fetches, if the options ask for them; 0 otherwise.</summary>
    public long Fetches { get; private set; }

    /// <summary>Data accesses in the file: loads, stores and modifies, each once.</summary>
    public long DataAccesses => Loads + Stores + Modifies;

    /// <summary>Reads that a <see cref="TraceSource"/> issues: loads, modifies and fetches, after splitting.</summary>
    public long Reads { get; private set; }

    /// <summary>Writes that a <see cref="TraceSource"/> issues: stores and modifies, after splitting.</summary>
    public long Writes { get; private set; }

    /// <summary>Accesses of the file that are split, because they cross a line or are longer than a burst allows.</summary>
    public long Split { get; private set; }

    /// <summary>Different 4 KiB pages touched: the least pages a region for it has.</summary>
    public int Pages { get; private set; }

    /// <summary>Different 64-byte lines touched.</summary>
    public long Lines { get; private set; }

    /// <summary>The time of the last access; 0 if the trace has no times.</summary>
    public SimDuration Length { get; private set; }

    /// <summary>
    /// Reads the whole file and counts; <see cref="TraceException"/> for the first wrong line, <c>CXT0810</c> past 4,194,304 pages.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; the defaults if null.</param>
    public static TraceStatistics Scan(string path, TraceReaderOptions? options = null)
    {
        using TraceReader reader = TraceReader.Open(path, options);
        var statistics = new TraceStatistics { Format = reader.Format };
        var touched = new Dictionary<ulong, ulong>();
        while (reader.TryNext(out TraceRecord record))
        {
            statistics.CountKind(record.Kind);
            int pieces = CountPieces(record, touched);
            if (touched.Count > PageMap.MostPages)
            {
                throw reader.Error(
                    TraceErrorCode.TooManyPages,
                    string.Create(CultureInfo.InvariantCulture, $"The trace touches more than {PageMap.MostPages} pages of 4 KiB."),
                    "A trace may touch 4,194,304 pages (16 GiB); cut it.");
            }

            statistics.Split += pieces > 1 ? 1 : 0;
            statistics.Reads += record.Kind == TraceKind.Store ? 0 : pieces;
            statistics.Writes += record.Kind is TraceKind.Store or TraceKind.Modify ? pieces : 0;
            statistics.Length = new SimDuration(record.Time);
        }

        statistics.TextLines = reader.LineNumber;
        statistics.Pages = touched.Count;
        foreach (ulong lines in touched.Values)
            statistics.Lines += BitOperations.PopCount(lines);
        return statistics;
    }

    // A page has 64 lines: one bit each.
    private static int CountPieces(in TraceRecord record, Dictionary<ulong, ulong> touched)
    {
        int pieces = 0;
        ulong address = record.Address;
        for (int left = record.Bytes; left > 0; pieces++)
        {
            int bytes = TracePiece.FirstLength(address, left);
            int lines = (bytes + Access.LineBytes - 1) / Access.LineBytes;
            ulong bits = (lines == 64 ? ulong.MaxValue : (1UL << lines) - 1) << (int)(address / Access.LineBytes % 64);
            touched.TryGetValue(address / Access.PageBytes, out ulong before);
            touched[address / Access.PageBytes] = before | bits;
            address += (ulong)bytes;
            left -= bytes;
        }

        return pieces;
    }

    private void CountKind(TraceKind kind)
    {
        switch (kind)
        {
            case TraceKind.Load: Loads++; break;
            case TraceKind.Store: Stores++; break;
            case TraceKind.Modify: Modifies++; break;
            default: Fetches++; break;
        }
    }
}
