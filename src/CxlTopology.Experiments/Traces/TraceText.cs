using System.Buffers;
using System.Text;

namespace CxlTopology.Experiments;

/// <summary>The lines of a text file, plain or gzip, one after the other through one fixed buffer.</summary>
/// <remarks>
/// Whatever the file holds, memory stays at about 200 kB: a line has at most 4,096 bytes (<c>CXT0807</c>). A byte-order mark, carriage
/// returns before line feeds and a missing last line feed are fine; control characters are not (<c>CXT0811</c>). Only regular files are
/// opened: a pipe could be waited on for ever.
/// </remarks>
internal sealed class TraceText : IDisposable
{
    /// <summary>The longest line, in bytes, its end not counted.</summary>
    public const int LongestLine = 4096;

    private const string TextHelp = "A trace is text, or text compressed by gzip.";
    private static readonly SearchValues<byte> controls = SearchValues.Create(ControlBytes());

    private readonly string path;
    private readonly byte[] buffer = new byte[1 << 16];
    private readonly FileStream file;
    private readonly CheckedGzip? gzip;
    private int next;
    private int end;
    private bool ended;
    private int lineStart;
    private int lineLength;

    /// <summary>Opens the file; <see cref="TraceException"/> if it cannot be, or is of a kind that is no text.</summary>
    public TraceText(string path)
    {
        this.path = path;
        FileStream? opened = null;
        try
        {
            FileSystemInfo target = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            if (Directory.Exists(target.FullName))
                throw CannotOpen("it is a folder", null);
            if (target is not FileInfo { Exists: true } regular)
                throw CannotOpen("there is no such file", null);
            if (regular.Length == 0)
            {
                throw Error(
                    TraceErrorCode.Empty, 0, "The file is empty, or not a regular file.",
                    "A trace is a file with at least one data access.");
            }

            opened = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
            file = opened;
            Span<byte> magic = stackalloc byte[6];
            magic = magic[..file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false)];
            file.Position = 0;
            RefuseOtherFormats(magic);
            gzip = magic.StartsWith<byte>([0x1F, 0x8B]) ? new CheckedGzip(file) : null;
        }
        catch (Exception e)
        {
            opened?.Dispose();
            if (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
                throw CannotOpen(ReasonOf(e), e);
            throw;
        }
    }

    /// <summary>The line last read, from 1; 0 before the first.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The line last read, without its end.</summary>
    public ReadOnlySpan<byte> Line => buffer.AsSpan(lineStart, lineLength);

    /// <summary>Reads the next line into <see cref="Line"/>, or says that there is none.</summary>
    public bool TryReadLine()
    {
        int length;
        while ((length = buffer.AsSpan(next, end - next).IndexOf((byte)'\n')) < 0)
        {
            if (end - next > LongestLine + 1)
            {
                SetLine(next, LongestLine + 1);
                throw TooLong();
            }

            if (ended)
            {
                if (next == end)
                    return false;
                length = end - next;
                break;
            }

            Fill();
        }

        SetLine(next, length);
        next = Math.Min(end, next + length + 1);
        return true;
    }

    /// <summary>An error at byte <paramref name="index"/> of the line last read.</summary>
    public TraceException Error(TraceErrorCode code, int index, string problem, string help)
    {
        index = Math.Clamp(index, 0, lineLength);
        int column = Encoding.UTF8.GetCharCount(Line[..index]) + 1;
        return new TraceException(code, path, Math.Max(1, LineNumber), column, problem, help, TraceExcerpt.Of(Line, index), null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gzip?.Dispose();
        file.Dispose();
    }

    private static byte[] ControlBytes()
    {
        var bytes = new List<byte> { 0x7F };
        for (byte b = 0; b < 0x20; b++)
        {
            if (b != '\t')
                bytes.Add(b);
        }

        return [.. bytes];
    }

    private static string ReasonOf(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission is denied",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        _ => e.Message,
    };

    private void SetLine(int start, int length)
    {
        LineNumber++;
        if (LineNumber == 1 && buffer.AsSpan(start, length).StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            start += 3;
            length -= 3;
        }

        if (length > 0 && buffer[start + length - 1] == '\r')
            length--;
        lineStart = start;
        lineLength = length;
        int bad = Line.IndexOfAny(controls);
        if (bad >= 0)
            throw Error(TraceErrorCode.NotText, bad, "The file is not text: there is a control character.", TextHelp);
        if (length > LongestLine)
            throw TooLong();
    }

    private void Fill()
    {
        if (next > 0)
        {
            buffer.AsSpan(next, end - next).CopyTo(buffer);
            end -= next;
            next = 0;
        }

        try
        {
            int count = gzip?.Read(buffer.AsSpan(end)) ?? file.Read(buffer.AsSpan(end));
            ended = count == 0;
            end += count;
        }
        catch (InvalidDataException e)
        {
            throw new TraceException(
                TraceErrorCode.DamagedGzip, path, LineNumber + 1, 1, "The gzip data are damaged or cut off.",
                "Up to here they are sound; `gzip -t` says more. Fetch or compress the file again.", TraceExcerpt.Nothing, e);
        }
        catch (IOException e)
        {
            throw CannotOpen(e.Message, e);
        }
    }

    private void RefuseOtherFormats(ReadOnlySpan<byte> magic)
    {
        string? kind = null;
        if (magic.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]))
            kind = "compressed by zstd";
        else if (magic.StartsWith<byte>([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]))
            kind = "compressed by xz";
        else if (magic.StartsWith("BZh"u8))
            kind = "compressed by bzip2";
        else if (magic.StartsWith<byte>([0x50, 0x4B, 0x03, 0x04]))
            kind = "a zip archive";
        else if (magic.StartsWith<byte>([0xFF, 0xFE]) || magic.StartsWith<byte>([0xFE, 0xFF]))
            kind = "UTF-16";
        if (kind is not null)
        {
            throw Error(
                TraceErrorCode.NotText, 0, $"The file is {kind}.", "A trace is ASCII or UTF-8 text, or such text compressed by gzip.");
        }
    }

    private TraceException TooLong() => Error(
        TraceErrorCode.LineTooLong, LongestLine, "The line is longer than 4096 bytes.",
        "No line of a trace is anywhere near that long; is this the right file?");

    private TraceException CannotOpen(string reason, Exception? cause) => new(
        TraceErrorCode.CannotOpen, path, Math.Max(1, LineNumber), 1,
        $"The trace cannot be read: {TraceExcerpt.Escape(reason.TrimEnd('.'))}.",
        "Give the path of a trace file that may be read.", TraceExcerpt.Nothing, cause);
}
