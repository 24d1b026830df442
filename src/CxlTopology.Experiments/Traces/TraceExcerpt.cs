using System.Globalization;
using System.Text;

namespace CxlTopology.Experiments;

/// <summary>A piece of a line that is safe to print on a terminal, and where in it the trouble is.</summary>
/// <param name="Text">At most 80 characters of the line, escapes not counted, with … where it was cut.</param>
/// <param name="Caret">Characters before the place in question.</param>
internal readonly record struct TraceExcerpt(string Text, int Caret)
{
    private const int Width = 80;

    /// <summary>Nothing to show.</summary>
    public static TraceExcerpt Nothing => new("", 0);

    /// <summary>The part of <paramref name="line"/> around its byte <paramref name="index"/>.</summary>
    public static TraceExcerpt Of(ReadOnlySpan<byte> line, int index)
    {
        index = Math.Clamp(index, 0, line.Length);
        int first = line.Length <= Width ? 0 : Math.Clamp(index - Width / 2, 0, line.Length - Width);
        int last = Math.Min(line.Length, first + Width);
        var text = new StringBuilder(first > 0 ? "…" : "");
        Append(text, line[first..index]);
        int caret = text.Length;
        Append(text, line[index..last]);
        if (last < line.Length)
            text.Append('…');
        return new TraceExcerpt(text.ToString(), caret);
    }

    /// <summary>The text with everything that could steer a terminal written as an escape.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Append(safe, rune);
        return safe.ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
                Append(text, rune);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{bytes[0]:x2}");
            bytes = bytes[Math.Max(1, length)..];
        }
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        bool harmless = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        if (harmless)
            text.Append(rune.ToString());
        else if (rune.Value == '\t')
            text.Append(' ');
        else if (rune.Value < 0x100)
            text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else
            text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
    }
}
