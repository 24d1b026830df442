using System.Globalization;
using System.Text;

namespace CxlTopology.Description;

/// <summary>Text of a file made fit for a terminal: control characters escaped, long lines cut around the place that matters.</summary>
internal static class PrintableText
{
    /// <summary>Columns of a source line that are shown, the marks of a cut included.</summary>
    public const int ExcerptColumns = 120;

    private const int QuotedMax = 60;

    /// <summary>The text without control, format and surrogate characters: those are written as escapes.</summary>
    public static string Escape(string text)
    {
        StringBuilder result = new(text.Length);
        for (int at = 0; at < text.Length;)
            result.Append(Cell(text, ref at).Shown);
        return result.ToString();
    }

    /// <summary>The text in double quotes, escaped, cut to 60 characters.</summary>
    public static string Quote(string text)
    {
        bool cut = text.Length > QuotedMax;
        int length = cut ? QuotedMax : text.Length;
        if (cut && char.IsHighSurrogate(text[length - 1]))
            length--;
        return "\"" + Escape(text[..length]) + (cut ? "…\"" : "\"");
    }

    /// <summary>The part of a line around a column (from 1, in UTF-16 units), and how many columns precede it there.</summary>
    public static (string Text, int Caret) Excerpt(string line, int column)
    {
        List<(string Shown, int Width)> cells = [];
        int caretCell = -1;
        // A window on each side of the column is all that can be shown; the rest of a line of megabytes is not looked at.
        int from = Math.Max(0, Math.Min(column - 1, line.Length) - ExcerptColumns);
        int to = Math.Min(line.Length, Math.Max(column - 1, 0) + ExcerptColumns);
        if (from > 0 && from < line.Length && char.IsLowSurrogate(line[from]))
            from--;
        for (int at = from; at < to;)
        {
            int start = at;
            (string Shown, int Width) cell = Cell(line, ref at);
            if (caretCell < 0 && at > column - 1 && start <= column - 1)
                caretCell = cells.Count;
            cells.Add(cell);
        }

        if (caretCell < 0)
            caretCell = cells.Count;

        int first = caretCell;
        int last = caretCell;
        int width = caretCell < cells.Count ? cells[caretCell].Width : 1;
        // Two columns are kept for the marks of a cut on either side. What precedes the caret gets three quarters of the room at first.
        const int room = ExcerptColumns - 2;
        while (first > 0 && width + cells[first - 1].Width <= room * 3 / 4)
            width += cells[--first].Width;
        while (last + 1 < cells.Count && width + cells[last + 1].Width <= room)
            width += cells[++last].Width;
        while (first > 0 && width + cells[first - 1].Width <= room)
            width += cells[--first].Width;

        bool cutLeft = first > 0 || from > 0;
        bool cutRight = last + 1 < cells.Count || to < line.Length;
        StringBuilder text = new();
        if (cutLeft)
            text.Append('…');
        int caret = cutLeft ? 1 : 0;
        for (int i = first; i <= last && i < cells.Count; i++)
        {
            if (i < caretCell)
                caret += cells[i].Width;
            text.Append(cells[i].Shown);
        }

        if (cutRight)
            text.Append('…');
        return (text.ToString(), caret);
    }

    /// <summary>What one character looks like and how many terminal columns it takes. A tab is shown as one blank.</summary>
    private static (string Shown, int Width) Cell(string text, ref int at)
    {
        char c = text[at];
        if (c == '\t')
        {
            at++;
            return (" ", 1);
        }

        if (c is >= ' ' and < '\x7f')
        {
            at++;
            return (c.ToString(), 1);
        }

        if (!Rune.TryGetRuneAt(text, at, out Rune rune))
        {
            at++;
            return EscapeOf(c);
        }

        at += rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => EscapeOf(rune.Value),
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => (rune.ToString(), 0),
            _ => (rune.ToString(), IsWide(rune.Value) ? 2 : 1),
        };
    }

    private static (string Shown, int Width) EscapeOf(int value)
    {
        string shown = value switch
        {
            < 0x100 => "\\x" + value.ToString("x2", CultureInfo.InvariantCulture),
            < 0x10000 => "\\u" + value.ToString("x4", CultureInfo.InvariantCulture),
            _ => "\\U" + value.ToString("x8", CultureInfo.InvariantCulture),
        };
        return (shown, shown.Length);
    }

    private static bool IsWide(int value) => value is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF)
        or (>= 0x20000 and <= 0x3FFFD);
}
