using System.Globalization;

namespace CxlTopology.Experiments;

/// <summary>A trace file is wrong: which of the numbered errors, where, the line it stands on, and what would have been right.</summary>
/// <remarks>
/// The message is ready to print: <c>file:line:column: error CXT0804: …</c>, the line with a caret under the place, and the help.
/// </remarks>
public sealed class TraceException : Exception
{
    internal TraceException(
        TraceErrorCode code, string path, long line, int column, string problem, string help, TraceExcerpt excerpt, Exception? cause)
        : base(Compose(code, path, line, column, problem, help, excerpt), cause)
    {
        Code = code;
        Path = path;
        Line = line;
        Column = column;
        Problem = problem;
        Help = help;
        Excerpt = excerpt.Text;
    }

    /// <summary>Which error it is.</summary>
    public TraceErrorCode Code { get; }

    /// <summary>The error's number as it is printed: <c>CXT0804</c>.</summary>
    public string Id => IdOf(Code);

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The line of the (uncompressed) text, from 1.</summary>
    public long Line { get; }

    /// <summary>The character in that line, from 1.</summary>
    public int Column { get; }

    /// <summary>What is wrong, one sentence without the place.</summary>
    public string Problem { get; }

    /// <summary>What would have been right.</summary>
    public string Help { get; }

    /// <summary>The line around the place, cut to fit a terminal, control characters escaped; empty if there is no line to show.</summary>
    public string Excerpt { get; }

    /// <summary>The trace touches more pages than its target has.</summary>
    internal static TraceException TooManyPages(string path, long touched, ulong pages) => new(
        TraceErrorCode.TooManyPages, path, 1, 1,
        string.Create(CultureInfo.InvariantCulture, $"The trace touches {touched:N0} pages of 4 KiB, and its target has {pages:N0}."),
        "Give the workload a larger target.", TraceExcerpt.Nothing, null);

    private static string Compose(
        TraceErrorCode code, string path, long line, int column, string problem, string help, TraceExcerpt excerpt)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture, $"{TraceExcerpt.Escape(path)}:{line}:{column}: error {IdOf(code)}: {problem}");
        string shown = excerpt.Text.Length == 0 ? "" : $"\n  {excerpt.Text}\n  {new string(' ', excerpt.Caret)}^";
        return $"{head}{shown}\n  {help}";
    }

    private static string IdOf(TraceErrorCode code) => string.Create(CultureInfo.InvariantCulture, $"CXT{(int)code:D4}");
}
