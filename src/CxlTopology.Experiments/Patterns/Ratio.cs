using System.Globalization;

namespace CxlTopology.Experiments;

/// <summary>A share between nothing and all, as an exact ratio of integers: 7/10, 3/100.</summary>
/// <remarks>
/// Range: 0 to 1, denominator from 1. A numerator above the denominator, or a denominator of 0, is refused by <see cref="Check"/>, which
/// everything that takes a ratio calls. The default, 0/0, is not a ratio. Equality compares the two integers: 1/2 and 2/4 are different
/// values that draw alike.
/// </remarks>
/// <param name="Numerator">The part, 0 to <paramref name="Denominator"/>.</param>
/// <param name="Denominator">The whole, from 1.</param>
public readonly record struct Ratio(ulong Numerator, ulong Denominator)
{
    /// <summary>Never: 0/1.</summary>
    public static Ratio None => new(0, 1);

    /// <summary>Always: 1/1.</summary>
    public static Ratio All => new(1, 1);

    /// <summary>This many hundredths, 0 to 100.</summary>
    public static Ratio Percent(ulong value) => new Ratio(value, 100).Check(nameof(value));

    /// <summary>The same ratio, if it is one between 0 and 1; <see cref="ArgumentOutOfRangeException"/> otherwise.</summary>
    /// <param name="name">What the ratio is called where it was given, for the message.</param>
    public Ratio Check(string name)
    {
        if (Denominator == 0 || Numerator > Denominator)
            throw new ArgumentOutOfRangeException(name, ToString(), "A share is a ratio from 0/1 to 1/1, such as 7/10.");
        return this;
    }

    /// <summary>This share of <paramref name="whole"/>, rounded down.</summary>
    public ulong Of(ulong whole) => (ulong)((UInt128)whole * Numerator / Denominator);

    /// <summary>As it is written in a topology file: <c>7/10</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
