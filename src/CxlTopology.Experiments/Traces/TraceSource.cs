using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>The accesses of a recorded program, its pages placed in the region by first touch.</summary>
/// <remarks>
/// A modify is issued as a read and then a write of the same bytes. What crosses a 64-byte line is split at the lines; what holds more than
/// one whole line goes as a burst of whole lines within a page, with the parts of lines before and after it on their own. The file is read
/// as the run goes: a wrong line gives its <see cref="TraceException"/> when it is reached, and the source has ended;
/// <see cref="TraceStatistics.Scan"/> finds all that beforehand. Allocates nothing per access once its pages are known, but for opening the
/// file again at each pass.
/// </remarks>
public sealed class TraceSource : IAccessSource, IDisposable
{
    private readonly string path;
    private readonly TraceReaderOptions readerOptions;
    private readonly PageMap pages;
    private TraceReader? reader;
    private TraceRecord record;
    private long remaining;
    private int passesLeft;
    private ulong address;
    private int bytesLeft;
    private bool writing;
    private long passStart;
    private long notBefore;

    /// <summary>
    /// Opens the trace and reads its first access; <see cref="TraceException"/> if the file is wrong so far,
    /// <see cref="ArgumentException"/> for the options.
    /// </summary>
    public TraceSource(string path, TraceSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        this.path = path;
        pages = new PageMap(options.RegionSize, options.Placement, options.Chunks, new RandomStream(options.Seed, options.Path + "/page"));
        remaining = options.Limit;
        passesLeft = options.Passes - 1;
        passStart = options.Start.Femtoseconds;
        reader = TraceReader.Open(path, options.Reader);
        readerOptions = options.Reader with { Format = reader.Format };
        try
        {
            ReadRecord();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The format the file is read in.</summary>
    public TraceFormat Format => readerOptions.Format;

    /// <summary>Pages of the region in use so far.</summary>
    public int PagesTouched => pages.Count;

    /// <inheritdoc/>
    public bool TryNext(out Access access)
    {
        access = default;
        if (remaining == 0 || reader is null)
            return false;

        bool done = false;
        try
        {
            done = (bytesLeft > 0 || NextPart()) && TryIssue(out access);
        }
        finally
        {
            if (!done)
                Dispose();
        }

        return done;
    }

    /// <summary>Closes the file; the source has ended.</summary>
    public void Dispose()
    {
        reader?.Dispose();
        reader = null;
    }

    private bool TryIssue(out Access access)
    {
        if (!pages.TryMap(address, out ulong offset))
            throw NoRoom();
        int bytes = TracePiece.FirstLength(address, bytesLeft);
        access = new Access(offset, bytes, writing, notBefore);
        address += (ulong)bytes;
        bytesLeft -= bytes;
        remaining--;
        return true;
    }

    // What is left of the last record is nothing: its write if it was a modify, or the next record.
    private bool NextPart()
    {
        if (record.Kind == TraceKind.Modify && !writing)
        {
            writing = true;
            address = record.Address;
            bytesLeft = record.Bytes;
            return true;
        }

        return ReadRecord();
    }

    private bool ReadRecord()
    {
        TraceRecord next;
        while (!reader!.TryNext(out next))
        {
            if (passesLeft == 0)
                return false;
            passesLeft--;
            passStart = notBefore;
            reader.Dispose();
            reader = TraceReader.Open(path, readerOptions);
        }

        if (next.Time > long.MaxValue - passStart)
        {
            throw reader.Error(
                TraceErrorCode.BadTime,
                "The time lies past the end of simulated time, 2^63-1 fs (2 h 33 min), counted from the start of the load.",
                "Start earlier, go through the trace less often, or cut it.");
        }

        record = next;
        notBefore = passStart + next.Time;
        writing = next.Kind == TraceKind.Store;
        address = next.Address;
        bytesLeft = next.Bytes;
        return true;
    }

    private TraceException NoRoom() => reader!.Error(
        TraceErrorCode.TooManyPages,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The trace touches page {pages.Count + 1} here, and there is room for {pages.Capacity} pages of 4 KiB."),
        pages.Capacity == PageMap.MostPages
            ? "A trace may touch 4,194,304 pages (16 GiB); limit its count to stay below."
            : "Make the region larger, or limit the count of accesses; `cxltopo show` tells how many pages a trace touches.");
}
