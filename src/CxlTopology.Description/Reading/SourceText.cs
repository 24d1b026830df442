using System.Text;

namespace CxlTopology.Description;

/// <summary>The text of a file, and its lines by number.</summary>
internal sealed class SourceText(string text)
{
    private readonly List<int> lineStarts = FindLines(text);

    public string Text => text;

    public int LineCount => lineStarts.Count;

    /// <summary>The line of this number, from 1, without its line break; empty outside the text.</summary>
    public string Line(int number)
    {
        if (number < 1 || number > lineStarts.Count)
            return "";
        int start = lineStarts[number - 1];
        int end = number < lineStarts.Count ? lineStarts[number] : text.Length;
        while (end > start && text[end - 1] is '\n' or '\r')
            end--;
        return text[start..end];
    }

    /// <summary>Line and column of a character.</summary>
    public SourcePosition PositionOf(int index)
    {
        int found = lineStarts.BinarySearch(index);
        int line = found >= 0 ? found : ~found - 1;
        return new SourcePosition(line + 1, index - lineStarts[line] + 1);
    }

    private static List<int> FindLines(string text)
    {
        List<int> starts = [0];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                starts.Add(i + 1);
        }

        return starts;
    }
}
