namespace CxlTopology.Experiments;

/// <summary>
/// Reads a trace file record by record; the file is never held in memory, and may be compressed by gzip whatever its name.
/// </summary>
/// <remarks>
/// A wrong file gives a <see cref="TraceException"/> where the wrong line is reached, and nothing else. Allocation-free per record.
/// </remarks>
public abstract class TraceReader : IDisposable
{
    /// <summary>
    /// Lines in a row that may hold no access (talk, comments, blank lines, fetches that are left out): 10,000,000; then <c>CXT0802</c>.
    /// </summary>
    public const int LongestTalk = 10_000_000;

    private readonly TraceText text;
    private bool anyData;

    private protected TraceReader(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        text = new TraceText(path);
    }

    /// <summary>The format it reads: never <see cref="TraceFormat.Auto"/>.</summary>
    public abstract TraceFormat Format { get; }

    /// <summary>The line last read, from 1; 0 before the first. After the end, the number of lines.</summary>
    public long LineNumber => text.LineNumber;

    /// <summary>Opens a trace in the format the options name or, by default, the one its first lines show.</summary>
    public static TraceReader Open(string path, TraceReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new TraceReaderOptions();
        options.Check();
        TraceFormat format = options.Format == TraceFormat.Auto ? FormatOf(path) : options.Format;
        return format == TraceFormat.Lackey
            ? new LackeyReader(path, options.InstructionFetches)
            : new PlainReader(path, options.PlainAccessBytes);
    }

    /// <summary>Reads the next access, or says that there is none. A file without one data access ends in <c>CXT0809</c>.</summary>
    public bool TryNext(out TraceRecord record)
    {
        for (int talk = 0; text.TryReadLine(); talk++)
        {
            if (talk == LongestTalk)
            {
                throw Error(
                    TraceErrorCode.NotThisFormat, "10,000,000 lines in a row have no access.",
                    "A trace is mostly accesses; is this the right file?");
            }

            if (!TryParse(text.Line, out record))
                continue;
            anyData |= record.Kind != TraceKind.Fetch;
            return true;
        }

        if (!anyData)
            throw Error(TraceErrorCode.Empty, "There is no data access in the trace.", Shape);
        record = default;
        return false;
    }

    /// <summary>An error at the start of the line last read, for what turns out to be wrong only where the record is used.</summary>
    public TraceException Error(TraceErrorCode code, string problem, string help) => text.Error(code, 0, problem, help);

    /// <inheritdoc/>
    public void Dispose()
    {
        text.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a line looks like, as the help of errors says it.</summary>
    private protected abstract string Shape { get; }

    /// <summary>Reads one line: true with its access, false if it holds none, <see cref="TraceException"/> if it is wrong.</summary>
    private protected abstract bool TryParse(ReadOnlySpan<byte> line, out TraceRecord record);

    /// <summary>An error at a byte of the line last read.</summary>
    private protected TraceException Error(TraceErrorCode code, int index, string problem, string help) =>
        text.Error(code, index, problem, help);

    /// <summary>Reads the hexadecimal address that stands at <paramref name="index"/> of the line.</summary>
    private protected ulong ParseAddress(ReadOnlySpan<byte> field, int index)
    {
        if (!TraceFields.TryParseHexadecimal(field, out ulong address))
        {
            throw Error(
                TraceErrorCode.BadAddress, index,
                field.IsEmpty ? "The address is missing." : "The address is not a hexadecimal number of at most 64 bits.",
                Shape);
        }

        return address;
    }

    private static TraceFormat FormatOf(string path)
    {
        using var text = new TraceText(path);
        for (int talk = 0; talk < LongestTalk && text.TryReadLine(); talk++)
        {
            ReadOnlySpan<byte> line = text.Line.Trim(TraceFields.Blanks);
            if (!line.IsEmpty && line[0] != '#')
                return LackeyReader.Recognizes(line) ? TraceFormat.Lackey : TraceFormat.Plain;
        }

        return TraceFormat.Plain;
    }
}
