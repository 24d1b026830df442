using System.Globalization;

namespace CxlTopology.Description;

/// <summary>An exact share: <see cref="Numerator"/> in <see cref="Denominator"/>, in lowest terms, from 0 to 1.</summary>
/// <remarks>Written <c>70%</c> or <c>7/10</c>.</remarks>
public readonly record struct Ratio(long Numerator, long Denominator)
{
    /// <summary>Nothing.</summary>
    public static Ratio Zero => new(0, 1);

    /// <summary>All of it.</summary>
    public static Ratio One => new(1, 1);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
