using System.Text;

namespace CxlTopology.Description;

/// <summary>What there is to say about one numbered error; other parts of the program add pages of their own numbers.</summary>
/// <param name="Id">The number as printed: <c>CXT0112</c>.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Explanation">Why it is wrong and what the rule is: one paragraph.</param>
/// <param name="Wrong">An example that draws the error.</param>
/// <param name="Corrected">The same without it.</param>
public sealed record ErrorPage(string Id, string Title, string Explanation, string Wrong, string Corrected)
{
    internal ErrorPage(DescriptionErrorCode code, string title, string explanation, string wrong, string corrected)
        : this(DescriptionError.FormatId(code), title, explanation, wrong, corrected)
    {
    }

    /// <summary>The page as plain text, ending with a line feed: what <c>cxltopo explain</c> prints.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        text.Append(Id).Append(": ").Append(Title).Append("\n\n").Append(Explanation).Append("\n\nWrong:\n\n");
        Indent(text, Wrong);
        text.Append("\nCorrected:\n\n");
        Indent(text, Corrected);
        return text.ToString();
    }

    /// <summary>The page as a section of Markdown.</summary>
    public string ToMarkdown() =>
        $"## {Id}: {Title}\n\n{Explanation}\n\nWrong:\n\n{Fence(Wrong)}\nCorrected:\n\n{Fence(Corrected)}";

    private static string Fence(string example) => $"```yaml\n{example.TrimEnd('\n')}\n```\n";

    private static void Indent(StringBuilder text, string lines)
    {
        foreach (string line in lines.TrimEnd('\n').Split('\n'))
            text.Append(line.Length == 0 ? "" : "    ").Append(line).Append('\n');
    }
}
