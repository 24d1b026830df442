using System.Globalization;
using System.Text;

namespace CxlTopology.Description;

/// <summary>One thing that is wrong with a topology file.</summary>
/// <param name="Code">What kind of error.</param>
/// <param name="File">The file, as named by the caller.</param>
/// <param name="Line">Line, from 1; 0 if the error is about the file as a whole.</param>
/// <param name="Column">Column, from 1; 0 with line 0.</param>
/// <param name="Message">What is wrong, with the value at hand; one line of printable characters.</param>
/// <param name="Help">What to do about it: one sentence.</param>
/// <param name="SourceLine">The text of the line, unescaped; empty if there is none.</param>
public sealed record DescriptionError(
    DescriptionErrorCode Code, string File, int Line, int Column, string Message, string Help, string SourceLine)
{
    /// <summary>The number as printed: <c>CXT0112</c>.</summary>
    public string Id => FormatId(Code);

    /// <summary>The number of a code as printed: <c>CXT0112</c>.</summary>
    public static string FormatId(DescriptionErrorCode code) => "CXT" + ((int)code).ToString("0000", CultureInfo.InvariantCulture);

    /// <summary>
    /// The error as a person reads it: <c>file:line:col: error CXT0112: message</c>, the line, a caret under the column, a sentence of
    /// help. Lines are
    /// separated by a line feed; there is none at the end.
    /// </summary>
    public string Render()
    {
        StringBuilder text = new();
        text.Append(PrintableText.Escape(File));
        if (Line > 0)
            text.Append(CultureInfo.InvariantCulture, $":{Line}:{Column}");
        text.Append(": error ").Append(Id).Append(": ").Append(Message);
        if (Line > 0 && SourceLine.Length > 0)
        {
            (string excerpt, int caret) = PrintableText.Excerpt(SourceLine, Column);
            text.Append("\n    ").Append(excerpt).Append("\n    ").Append(' ', caret).Append('^');
        }

        if (Help.Length > 0)
            text.Append("\n  help: ").Append(Help);
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Render();
}
