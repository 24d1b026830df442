using System.Globalization;
using System.Numerics;

namespace CxlTopology.Description;

/// <summary>A decimal number with a unit, taken apart without rounding: <see cref="Digits"/> / 10^<see cref="Decimals"/> of <see
/// cref="Unit"/>.</summary>
internal readonly record struct QuantityText(BigInteger Digits, int Decimals, string Unit)
{
    private const int LengthMax = 64;

    /// <summary>Takes a text apart: digits with single underscores between them, perhaps a fraction, perhaps one blank, the unit. Null if
    /// it is none.</summary>
    public static QuantityText? TryParse(string text)
    {
        if (text.Length is 0 or > LengthMax)
            return null;
        int at = 0;
        string? whole = DigitsAt(text, ref at);
        if (whole is null)
            return null;
        string fraction = "";
        if (at < text.Length && text[at] == '.')
        {
            at++;
            string? digits = DigitsAt(text, ref at);
            if (digits is null)
                return null;
            fraction = digits;
        }

        if (at + 1 < text.Length && text[at] == ' ')
            at++;
        string unit = text[at..];
        foreach (char c in unit)
        {
            if (!char.IsAsciiLetter(c) && c is not ('/' or '%' or 'µ' or 'μ'))
                return null;
        }

        fraction = fraction.TrimEnd('0');
        return new QuantityText(BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture), fraction.Length, unit);
    }

    /// <summary>The number times a factor, if that is whole; null if a remainder is left.</summary>
    public BigInteger? Times(BigInteger factor)
    {
        BigInteger whole = BigInteger.DivRem(Digits * factor, BigInteger.Pow(10, Decimals), out BigInteger rest);
        return rest.IsZero ? whole : null;
    }

    /// <summary>Decimal digits from a position on, underscores dropped; null if there are none or an underscore is not between two
    /// digits.</summary>
    private static string? DigitsAt(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '_'))
            at++;
        ReadOnlySpan<char> run = text.AsSpan(start, at - start);
        return run.IsEmpty || run[0] == '_' || run[^1] == '_' || run.Contains("__", StringComparison.Ordinal)
            ? null
            : run.ToString().Replace("_", "", StringComparison.Ordinal);
    }
}
