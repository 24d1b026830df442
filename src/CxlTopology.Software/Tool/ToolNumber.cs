using System.Globalization;

namespace CxlTopology.Software;

/// <summary>Numbers on the command line of the <c>cxl</c> tool.</summary>
public static class ToolNumber
{
    /// <summary>A number in C's notation: decimal, hexadecimal with 0x, octal with a leading 0.</summary>
    /// <returns>False if it is none, or needs more than 64 bits.</returns>
    public static bool TryParse(string text, out ulong number)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        if (text is not ['0', _, ..])
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        UInt128 value = 0;
        foreach (char digit in text)
        {
            value = (value << 3) | (uint)(digit - '0');
            if (digit is < '0' or > '7' || value > ulong.MaxValue)
            {
                number = 0;
                return false;
            }
        }

        number = (ulong)value;
        return true;
    }

    /// <summary>An amount of memory: a number, with K, M, G or T behind it for the binary unit.</summary>
    /// <returns>False if it is none, or needs more than 64 bits.</returns>
    public static bool TryParseSize(string text, out ulong bytes)
    {
        int shift = text is [.., var unit] ? char.ToUpperInvariant(unit) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 } : 0;
        bool isNumber = TryParse(shift == 0 ? text : text[..^1], out ulong number);
        bytes = number << shift;
        return isNumber && bytes >> shift == number;
    }
}
