using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>
/// The time from one access to the next, as an exact ratio of femtoseconds: 10 GB/s in 64-byte lines is 6,400,000 fs, 30 GB/s is
/// 6,400,000/3.
/// </summary>
/// <remarks>
/// Range: above 0 to 2^63-1 fs, both integers from 1 to 2^63-1; kept in lowest terms. The default is no interval and is refused where one
/// is taken.
/// </remarks>
public readonly record struct PaceInterval
{
    private const long FemtosecondsPerSecond = 1_000_000_000_000_000;

    /// <summary>
    /// An interval of <paramref name="numerator"/>/<paramref name="denominator"/> femtoseconds; <see cref="ArgumentOutOfRangeException"/>
    /// unless both are positive.
    /// </summary>
    public PaceInterval(long numerator, long denominator)
    {
        if (numerator <= 0)
            throw new ArgumentOutOfRangeException(nameof(numerator), numerator, "An interval is longer than nothing.");
        if (denominator <= 0)
            throw new ArgumentOutOfRangeException(nameof(denominator), denominator, "The denominator of an interval is at least 1.");
        long divisor = GreatestCommonDivisor(numerator, denominator);
        Numerator = numerator / divisor;
        Denominator = denominator / divisor;
    }

    /// <summary>Femtoseconds that <see cref="Denominator"/> intervals last.</summary>
    public long Numerator { get; }

    /// <summary>How many intervals last a whole number of femtoseconds.</summary>
    public long Denominator { get; }

    /// <summary>One access every <paramref name="duration"/>.</summary>
    public static PaceInterval Every(SimDuration duration) => new(duration.Femtoseconds, 1);

    /// <summary>This many accesses a second, from 1.</summary>
    public static PaceInterval ForRate(long accessesPerSecond) => new(FemtosecondsPerSecond, accessesPerSecond);

    /// <summary>
    /// Accesses of <paramref name="accessBytes"/> (1 to 4,096) that make up <paramref name="bytesPerSecond"/>, from 1. A GB/s is 10^9.
    /// </summary>
    public static PaceInterval ForBandwidth(int accessBytes, long bytesPerSecond)
    {
        if (accessBytes is < 1 or > Access.PageBytes)
            throw new ArgumentOutOfRangeException(nameof(accessBytes), accessBytes, "An access is 1 to 4096 bytes.");
        return new PaceInterval(accessBytes * FemtosecondsPerSecond, bytesPerSecond);
    }

    /// <summary>In femtoseconds: <c>6400000fs</c>, <c>6400000/3fs</c>.</summary>
    public override string ToString() => Denominator == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Numerator}fs")
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}fs");

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
