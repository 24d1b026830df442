using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>The numbers in the lines of traces, read from bytes without allocation, each within its range or refused.</summary>
internal static class TraceFields
{
    // 22 digits times 10^15 fs in a second stay within 128 bits.
    private const int MostDigits = 22;

    /// <summary>What separates fields: space and tab.</summary>
    public static ReadOnlySpan<byte> Blanks => " \t"u8;

    /// <summary>A hexadecimal number below 2^64, with or without <c>0x</c>.</summary>
    public static bool TryParseHexadecimal(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x')
            text = text[2..];
        if (text.IsEmpty)
            return false;
        foreach (byte b in text)
        {
            int digit = b switch
            {
                >= (byte)'0' and <= (byte)'9' => b - '0',
                >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
                _ => -1,
            };
            if (digit < 0 || value >> 60 != 0)
                return false;
            value = (value << 4) | (uint)digit;
        }

        return true;
    }

    /// <summary>A decimal number from 1 to <paramref name="most"/>.</summary>
    public static bool TryParseCount(ReadOnlySpan<byte> text, int most, out int value)
    {
        value = 0;
        if (text.IsEmpty)
            return false;
        foreach (byte b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + (b - '0');
            if (value > most)
                return false;
        }

        return value > 0;
    }

    /// <summary>
    /// A time such as <c>12ns</c>, <c>1.5us</c> or <c>40</c> (nanoseconds), in femtoseconds; false unless it is one, exactly.
    /// </summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long femtoseconds)
    {
        femtoseconds = 0;
        int length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        ReadOnlySpan<byte> whole = length < 0 ? text : text[..length];
        text = text[whole.Length..];
        ReadOnlySpan<byte> fraction = [];
        if (!text.IsEmpty && text[0] == '.')
        {
            text = text[1..];
            length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            fraction = length < 0 ? text : text[..length];
            text = text[fraction.Length..];
            if (fraction.IsEmpty)
                return false;
            fraction = fraction.TrimEnd((byte)'0');
        }

        int digits = whole.TrimStart((byte)'0').Length + fraction.Length;
        if (whole.IsEmpty || digits > MostDigits || !TryParseUnit(text, out long unit))
            return false;

        UInt128 mantissa = 0;
        foreach (byte b in whole)
            mantissa = mantissa * 10 + (uint)(b - '0');
        UInt128 divisor = 1;
        foreach (byte b in fraction)
        {
            mantissa = mantissa * 10 + (uint)(b - '0');
            divisor *= 10;
        }

        (UInt128 value, UInt128 rest) = UInt128.DivRem(mantissa * (UInt128)unit, divisor);
        if (rest != 0 || value > (UInt128)long.MaxValue)
            return false;
        femtoseconds = (long)value;
        return true;
    }

    private static bool TryParseUnit(ReadOnlySpan<byte> text, out long femtoseconds)
    {
        femtoseconds = text switch
        {
            [] => SimDuration.FromNanoseconds(1).Femtoseconds,
            [(byte)'f', (byte)'s'] => 1,
            [(byte)'p', (byte)'s'] => SimDuration.FromPicoseconds(1).Femtoseconds,
            [(byte)'n', (byte)'s'] => SimDuration.FromNanoseconds(1).Femtoseconds,
            [(byte)'u', (byte)'s'] => SimDuration.FromMicroseconds(1).Femtoseconds,
            [(byte)'m', (byte)'s'] => SimDuration.FromMilliseconds(1).Femtoseconds,
            [(byte)'s'] => SimDuration.FromSeconds(1).Femtoseconds,
            _ => 0,
        };
        return femtoseconds != 0;
    }
}
