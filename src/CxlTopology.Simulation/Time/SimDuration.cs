using System.Globalization;

namespace CxlTopology.Simulation;

/// <summary>A length of simulated time, in whole femtoseconds.</summary>
/// <remarks>
/// Range: 0 to 2^63-1 fs (2 h 33 min). The unit is a femtosecond because a 68-byte flit on x16 at 32 GT/s lasts 1,062.5 ps, which
/// picoseconds would round. Arithmetic is checked: what leaves the range throws <see cref="OverflowException"/>. The default is zero.
/// </remarks>
public readonly record struct SimDuration(long Femtoseconds) : IComparable<SimDuration>
{
    /// <summary>No time at all.</summary>
    public static SimDuration Zero => default;

    /// <summary>The longest duration: 2^63-1 fs.</summary>
    public static SimDuration MaxValue => new(long.MaxValue);

    /// <summary>This many picoseconds (1,000 fs).</summary>
    public static SimDuration FromPicoseconds(long value) => new(checked(value * 1_000));

    /// <summary>This many nanoseconds (1,000,000 fs).</summary>
    public static SimDuration FromNanoseconds(long value) => new(checked(value * 1_000_000));

    /// <summary>This many microseconds.</summary>
    public static SimDuration FromMicroseconds(long value) => new(checked(value * 1_000_000_000));

    /// <summary>This many milliseconds.</summary>
    public static SimDuration FromMilliseconds(long value) => new(checked(value * 1_000_000_000_000));

    /// <summary>This many seconds; up to 9,223.</summary>
    public static SimDuration FromSeconds(long value) => new(checked(value * 1_000_000_000_000_000));

    /// <summary>The duration in nanoseconds, for display only: a double cannot hold every femtosecond.</summary>
    public double TotalNanoseconds => Femtoseconds / 1e6;

    /// <summary>The duration in seconds, for display only.</summary>
    public double TotalSeconds => Femtoseconds / 1e15;

    /// <summary>Sum; throws <see cref="OverflowException"/> past the range.</summary>
    public static SimDuration operator +(SimDuration a, SimDuration b) => new(checked(a.Femtoseconds + b.Femtoseconds));

    /// <summary>Difference; may be negative.</summary>
    public static SimDuration operator -(SimDuration a, SimDuration b) => new(checked(a.Femtoseconds - b.Femtoseconds));

    /// <summary>Multiple; throws <see cref="OverflowException"/> past the range.</summary>
    public static SimDuration operator *(SimDuration a, long factor) => new(checked(a.Femtoseconds * factor));

    /// <summary>Whole quotient, rounded towards zero.</summary>
    public static SimDuration operator /(SimDuration a, long divisor) => new(a.Femtoseconds / divisor);

    /// <summary>Shorter than.</summary>
    public static bool operator <(SimDuration a, SimDuration b) => a.Femtoseconds < b.Femtoseconds;

    /// <summary>Longer than.</summary>
    public static bool operator >(SimDuration a, SimDuration b) => a.Femtoseconds > b.Femtoseconds;

    /// <summary>Not longer than.</summary>
    public static bool operator <=(SimDuration a, SimDuration b) => a.Femtoseconds <= b.Femtoseconds;

    /// <summary>Not shorter than.</summary>
    public static bool operator >=(SimDuration a, SimDuration b) => a.Femtoseconds >= b.Femtoseconds;

    /// <inheritdoc/>
    public int CompareTo(SimDuration other) => Femtoseconds.CompareTo(other.Femtoseconds);

    /// <summary>The duration in the largest unit that keeps it exact: <c>25ns</c>, <c>1062500fs</c>.</summary>
    public override string ToString() => Format(Femtoseconds);

    internal static string Format(long femtoseconds)
    {
        ReadOnlySpan<(long Unit, string Name)> units =
        [
            (1_000_000_000_000_000, "s"), (1_000_000_000_000, "ms"), (1_000_000_000, "us"), (1_000_000, "ns"), (1_000, "ps"),
        ];
        foreach ((long unit, string name) in units)
        {
            if (femtoseconds != 0 && femtoseconds % unit == 0)
                return (femtoseconds / unit).ToString(CultureInfo.InvariantCulture) + name;
        }

        return femtoseconds == 0 ? "0ns" : femtoseconds.ToString(CultureInfo.InvariantCulture) + "fs";
    }
}
