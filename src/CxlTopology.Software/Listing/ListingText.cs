using System.Globalization;
using System.Text;

namespace CxlTopology.Software;

/// <summary>Prints a listing as <c>cxl list</c> does: two blanks of indent, no blank after a colon, slashes escaped.</summary>
public static class ListingText
{
    private const ulong KiB = 1UL << 10;
    private const ulong MiB = 1UL << 20;
    private const ulong GiB = 1UL << 30;
    private const ulong TiB = 1UL << 40;

    /// <summary>The text of a value, without a line feed at its end.</summary>
    /// <param name="value">The value.</param>
    /// <param name="human">Addresses in hexadecimal and sizes with units, for people.</param>
    public static string Of(ListingValue value, bool human)
    {
        var text = new StringBuilder();
        Append(text, value, human, 0);
        return text.ToString();
    }

    /// <summary>An amount of memory for people: <c>256.00 MiB (268.44 MB)</c>.</summary>
    /// <remarks>
    /// Rounded to hundredths in integers. Binary unit first, then the decimal one of the same name: MiB below 2 GiB, GiB below 2 TiB, TiB
    /// from there on. Less than 5,120,000 bytes are a plain number.
    /// </remarks>
    public static string SizeOf(ulong bytes)
    {
        if (bytes < 5000 * KiB)
            return bytes.ToString(CultureInfo.InvariantCulture);
        (ulong binary, ulong @decimal, char unit) = bytes switch
        {
            < 2 * GiB => (MiB, 1_000_000UL, 'M'),
            < 2 * TiB => (GiB, 1_000_000_000UL, 'G'),
            _ => (TiB, 1_000_000_000_000UL, 'T'),
        };
        ulong hundredthsBinary = (ulong)((((UInt128)bytes * 200 / binary) + 1) / 2);
        ulong hundredthsDecimal = ((bytes / (@decimal / 200)) + 1) / 2;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{hundredthsBinary / 100}.{hundredthsBinary % 100:d2} {unit}iB ({hundredthsDecimal / 100}.{hundredthsDecimal % 100:d2} {unit}B)");
    }

    private static void Append(StringBuilder text, ListingValue value, bool human, int depth)
    {
        switch (value)
        {
            case ListingObject { Members.Count: 0 }:
                text.Append("{}");
                break;
            case ListingObject node:
                AppendObject(text, node, human, depth);
                break;
            case ListingArray { Items.Count: 0 }:
                text.Append("[]");
                break;
            case ListingArray array:
                AppendArray(text, array, human, depth);
                break;
            case ListingScalar scalar:
                AppendScalar(text, scalar, human);
                break;
        }
    }

    private static void AppendObject(StringBuilder text, ListingObject node, bool human, int depth)
    {
        text.Append('{');
        string separator = "";
        foreach ((string key, ListingValue value) in node.Members)
        {
            NewLine(text.Append(separator), depth + 1);
            AppendString(text, key);
            text.Append(':');
            Append(text, value, human, depth + 1);
            separator = ",";
        }

        NewLine(text, depth);
        text.Append('}');
    }

    private static void AppendArray(StringBuilder text, ListingArray array, bool human, int depth)
    {
        text.Append('[');
        string separator = "";
        foreach (ListingValue item in array.Items)
        {
            NewLine(text.Append(separator), depth + 1);
            Append(text, item, human, depth + 1);
            separator = ",";
        }

        NewLine(text, depth);
        text.Append(']');
    }

    private static void NewLine(StringBuilder text, int depth) => text.Append('\n').Append(' ', 2 * depth);

    private static void AppendScalar(StringBuilder text, ListingScalar scalar, bool human)
    {
        switch (scalar.Form)
        {
            case ListingForm.Text:
                AppendString(text, scalar.Text);
                break;
            case ListingForm.Boolean:
                text.Append(scalar.Number != 0 ? "true" : "false");
                break;
            case ListingForm.Integer:
                text.Append(CultureInfo.InvariantCulture, $"{(long)scalar.Number}");
                break;
            case ListingForm.Hexadecimal when human:
                text.Append(scalar.Number == 0 ? "\"0\"" : string.Create(CultureInfo.InvariantCulture, $"\"0x{scalar.Number:x}\""));
                break;
            case ListingForm.Size when human && scalar.Number >= 5000 * KiB:
                text.Append('"').Append(SizeOf(scalar.Number)).Append('"');
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{scalar.Number}");
                break;
        }
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '/' => text.Append("\\/"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
