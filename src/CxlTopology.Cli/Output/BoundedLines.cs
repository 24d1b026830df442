using System.Text;

namespace CxlTopology.Cli.Output;

/// <summary>The lines of a text, one after the other; however long a line is, memory stays bounded.</summary>
/// <param name="stream">UTF-8; bytes that are not become U+FFFD.</param>
/// <param name="lineMax">Characters of a line that are kept, its end not counted.</param>
/// <param name="beforeWaiting">Called before more input is asked for, which may take for ever: what was answered so far should be out by then.</param>
internal sealed class BoundedLines(Stream stream, int lineMax, Action beforeWaiting) : IDisposable
{
    private readonly StreamReader reader = new(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
    private readonly char[] buffer = new char[1 << 16];
    private readonly StringBuilder started = new();
    private int next;
    private int end;

    /// <summary>The next line without its end; null at the end of the text. A line past the bound comes as its first characters, one more than the bound.</summary>
    /// <exception cref="UserErrorException">The text cannot be read any further.</exception>
    public string? Read()
    {
        started.Clear();
        bool any = false;
        while (true)
        {
            if (next == end)
            {
                beforeWaiting();
                next = 0;
                end = Fill();
                if (end == 0)
                    return any ? started.ToString() : null;
            }

            any = true;
            int length = buffer.AsSpan(next, end - next).IndexOf('\n');
            ReadOnlySpan<char> piece = buffer.AsSpan(next, length < 0 ? end - next : length);
            next += piece.Length + (length < 0 ? 0 : 1);
            if (length >= 0 && started.Length == 0)
                return piece[..Math.Min(piece.Length, lineMax + 1)].ToString();
            started.Append(piece[..Math.Min(piece.Length, lineMax + 1 - started.Length)]);
            if (length >= 0)
                return started.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private int Fill()
    {
        try
        {
            return reader.Read(buffer, 0, buffer.Length);
        }
        catch (IOException error)
        {
            throw new UserErrorException(ExitCode.BadFile, "cxltopo: the input cannot be read: " + error.Message);
        }
    }
}
