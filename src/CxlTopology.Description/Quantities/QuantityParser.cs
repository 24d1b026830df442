using System.Globalization;
using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The values of a topology file as text: exact, with units, never a floating-point number.</summary>
internal static class QuantityParser
{
    private static readonly (string Unit, BigInteger Factor)[] sizes =
        [("B", 1), ("KiB", 1UL << 10), ("MiB", 1UL << 20), ("GiB", 1UL << 30), ("TiB", 1UL << 40), ("PiB", 1UL << 50)];

    private static readonly (string Unit, BigInteger Factor)[] durations =
    [
        ("fs", 1), ("ps", 1_000), ("ns", 1_000_000), ("us", 1_000_000_000), ("µs", 1_000_000_000), ("μs", 1_000_000_000),
        ("ms", 1_000_000_000_000), ("s", 1_000_000_000_000_000),
    ];

    private static readonly (string Unit, BigInteger Factor)[] bandwidths =
    [
        ("B/s", 1), ("kB/s", 1_000), ("MB/s", 1_000_000), ("GB/s", 1_000_000_000), ("TB/s", 1_000_000_000_000),
        ("KiB/s", 1L << 10), ("MiB/s", 1L << 20), ("GiB/s", 1L << 30), ("TiB/s", 1L << 40),
    ];

    private static readonly (string Unit, BigInteger Factor)[] rates =
        [("/s", 1), ("k/s", 1_000), ("M/s", 1_000_000), ("G/s", 1_000_000_000)];

    /// <summary>A size: <c>256MiB</c>. Powers of ten are refused: nobody knows which is meant.</summary>
    public static Parsed<ByteSize> Size(string text)
    {
        Parsed<BigInteger> value = Measure(
            text, "a size", sizes, ulong.MaxValue, DescriptionErrorCode.NotASize, "Write a size as 256MiB or 64B.");
        return value.Problem is Problem problem ? problem : new ByteSize((ulong)value.Value);
    }

    /// <summary>An address: hexadecimal with <c>0x</c>, decimal, or a size.</summary>
    public static Parsed<Hpa> Address(string text)
    {
        if (Integral(text) is BigInteger number)
        {
            return number <= ulong.MaxValue ? new Hpa((ulong)number)
                : new Problem(DescriptionErrorCode.QuantityTooLarge, $"{PrintableText.Quote(text)} does not fit in 64 bits",
                    "Host addresses have 52 bits.");
        }

        if (text.StartsWith("0x", StringComparison.Ordinal))
            return new Problem(DescriptionErrorCode.NotAnAddress, $"{PrintableText.Quote(text)} is not an address",
                "After 0x stand hexadecimal digits, perhaps with \"_\" between them.");
        Parsed<BigInteger> value = Measure(text, "an address", sizes, ulong.MaxValue, DescriptionErrorCode.NotAnAddress,
            "Write an address as 0x10_0000_0000 or 64GiB.");
        return value.Problem is Problem problem ? problem : new Hpa((ulong)value.Value);
    }

    /// <summary>A duration: <c>25ns</c>, <c>1.5us</c>; exact in femtoseconds.</summary>
    public static Parsed<SimDuration> Duration(string text)
    {
        Parsed<BigInteger> value = Measure(
            text, "a duration", durations, long.MaxValue, DescriptionErrorCode.NotADuration, "Write a duration as 25ns or 1.5us.");
        return value.Problem is Problem problem ? problem : new SimDuration((long)value.Value);
    }

    /// <summary>A bandwidth: <c>56.4GB/s</c>, <c>30GiB/s</c>.</summary>
    public static Parsed<Bandwidth> Bandwidth(string text)
    {
        Parsed<BigInteger> value = Measure(
            text, "a bandwidth", bandwidths, long.MaxValue, DescriptionErrorCode.NotABandwidth, "Write a bandwidth as 56.4GB/s.");
        return value.Problem is Problem problem ? problem : new Bandwidth((long)value.Value);
    }

    /// <summary>A rate of accesses: <c>10GB/s</c> of the workload's size, or <c>1M/s</c> accesses.</summary>
    public static Parsed<RateText> Rate(string text)
    {
        const string help = "Write a rate as 10GB/s or 1M/s.";
        bool events = QuantityText.TryParse(text) is QuantityText quantity && Array.Exists(rates, unit => unit.Unit == quantity.Unit);
        Parsed<BigInteger> value = Measure(text, "a rate", events ? rates : bandwidths, long.MaxValue, DescriptionErrorCode.NotARate, help);
        if (value.Problem is Problem problem)
            return problem;
        return value.Value.IsZero
            ? new Problem(DescriptionErrorCode.OutOfRange, $"the rate {PrintableText.Quote(text)} is 0",
                "Leave \"rate\" out for a closed loop.")
            : new RateText((long)value.Value, !events);
    }

    /// <summary>A link's transfers per second: <c>32GT/s</c>.</summary>
    public static Parsed<int> LinkRate(string text) => text switch
    {
        "8GT/s" => 8,
        "16GT/s" => 16,
        "32GT/s" => 32,
        "64GT/s" => 64,
        _ => new Problem(DescriptionErrorCode.NotALinkRate, $"{PrintableText.Quote(text)} is not a link rate",
            "Use 8GT/s, 16GT/s, 32GT/s or 64GT/s."),
    };

    /// <summary>A link's width: <c>x8</c>.</summary>
    public static Parsed<int> LinkWidth(string text) => text switch
    {
        "x1" => 1,
        "x2" => 2,
        "x4" => 4,
        "x8" => 8,
        "x16" => 16,
        _ => new Problem(DescriptionErrorCode.NotALinkWidth, $"{PrintableText.Quote(text)} is not a link width",
            "Use x1, x2, x4, x8 or x16."),
    };

    /// <summary>A share from 0 to 1: <c>70%</c> or <c>7/10</c>.</summary>
    public static Parsed<Ratio> Share(string text)
    {
        const string help = "Write a share as 70% or 7/10.";
        BigInteger numerator;
        BigInteger denominator;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && Integral(text[..slash]) is BigInteger top && Integral(text[(slash + 1)..]) is BigInteger bottom && !bottom.IsZero)
        {
            (numerator, denominator) = (top, bottom);
        }
        else if (QuantityText.TryParse(text) is { Unit: "%" } percent)
        {
            (numerator, denominator) = (percent.Digits, BigInteger.Pow(10, percent.Decimals) * 100);
        }
        else
        {
            return new Problem(DescriptionErrorCode.NotARatio, $"{PrintableText.Quote(text)} is not a share", help);
        }

        if (numerator > denominator)
            return new Problem(DescriptionErrorCode.OutOfRange, $"the share {PrintableText.Quote(text)} is more than the whole",
                "A share is between 0% and 100%.");
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator / divisor > 1_000_000_000)
            return new Problem(DescriptionErrorCode.NotExact, $"the share {PrintableText.Quote(text)} is finer than 1/1000000000",
                "Round it.");
        return new Ratio((long)(numerator / divisor), (long)(denominator / divisor));
    }

    /// <summary>A whole number: decimal or hexadecimal, underscores between digits.</summary>
    public static Parsed<ulong> Integer(string text)
    {
        if (Integral(text) is not BigInteger value)
        {
            return new Problem(DescriptionErrorCode.NotAnInteger, $"{PrintableText.Quote(text)} is not a whole number",
                "Write digits, with \"_\" between them if you like, or hexadecimal with 0x.");
        }

        return value <= ulong.MaxValue ? (ulong)value
            : new Problem(DescriptionErrorCode.QuantityTooLarge, $"{PrintableText.Quote(text)} does not fit in 64 bits",
                "The largest number is 2^64-1.");
    }

    /// <summary>true, on, yes; false, off, no.</summary>
    public static Parsed<bool> Boolean(string text) => text switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => new Problem(DescriptionErrorCode.NotABoolean, $"{PrintableText.Quote(text)} is neither true nor false",
            "Write true or false."),
    };

    /// <summary>A whole number of any length; null if the text is none.</summary>
    internal static BigInteger? Integral(string text)
    {
        if (text.Length is 0 or > 64)
            return null;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            return QuantityText.TryParse(text) is { Decimals: 0, Unit: "" } quantity && !text.Contains('.', StringComparison.Ordinal)
                ? quantity.Digits : null;

        ReadOnlySpan<char> digits = text.AsSpan(2);
        if (digits.IsEmpty || digits[0] == '_' || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
            return null;
        BigInteger value = 0;
        foreach (char c in digits)
        {
            if (c == '_')
                continue;
            if (!char.IsAsciiHexDigit(c))
                return null;
            value = (value << 4) + Convert.ToInt32(c.ToString(), 16);
        }

        return value;
    }

    private static Parsed<BigInteger> Measure(
        string text, string what, (string Unit, BigInteger Factor)[] units, BigInteger max, DescriptionErrorCode code, string help)
    {
        if (QuantityText.TryParse(text) is not QuantityText quantity)
            return new Problem(code, $"{PrintableText.Quote(text)} is not {what}", help);
        if (quantity.Unit.Length == 0)
            return new Problem(DescriptionErrorCode.UnitMissing, $"{PrintableText.Quote(text)} has no unit", help);
        foreach ((string unit, BigInteger factor) in units)
        {
            if (unit != quantity.Unit)
                continue;
            if (quantity.Times(factor) is not BigInteger value)
                return new Problem(DescriptionErrorCode.NotExact,
                    $"{PrintableText.Quote(text)} is not a whole number of {units[0].Unit}",
                    $"Round it: the finest step is 1{units[0].Unit}.");
            return value <= max ? value
                : new Problem(DescriptionErrorCode.QuantityTooLarge, $"{PrintableText.Quote(text)} is too large",
                    $"The largest value is {max.ToString(CultureInfo.InvariantCulture)}{units[0].Unit}.");
        }

        return new Problem(DescriptionErrorCode.UnitUnknown,
            $"{PrintableText.Quote(text)} has an unknown unit, {PrintableText.Quote(quantity.Unit)}",
            UnitHelp(quantity.Unit, units));
    }

    private static string UnitHelp(string unit, (string Unit, BigInteger Factor)[] units)
    {
        string known = string.Join(", ", units.Select(u => u.Unit).Where(u => u is not ("µs" or "μs")));
        if (units == sizes && unit.Length is 1 or 2 && "KMGTP".Contains(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal))
            return $"Use {char.ToUpperInvariant(unit[0])}iB: sizes are powers of two.";
        string? near = units.Select(u => u.Unit).FirstOrDefault(u => string.Equals(u, unit, StringComparison.OrdinalIgnoreCase));
        return near is null ? $"The units are {known}." : $"Did you mean {near}?";
    }
}
