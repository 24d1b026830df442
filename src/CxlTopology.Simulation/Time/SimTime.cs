namespace CxlTopology.Simulation;

/// <summary>An instant of simulated time: femtoseconds since the start of the run.</summary>
/// <remarks>
/// Range: 0 to 2^63-1 fs (2 h 33 min). The default is the start. Arithmetic is checked. See <see cref="SimDuration"/> for lengths of time.
/// </remarks>
public readonly record struct SimTime(long Femtoseconds) : IComparable<SimTime>
{
    /// <summary>The start of the run.</summary>
    public static SimTime Zero => default;

    /// <summary>The last instant that can be expressed; stands for "never".</summary>
    public static SimTime MaxValue => new(long.MaxValue);

    /// <summary>Nanoseconds since the start, for display only.</summary>
    public double TotalNanoseconds => Femtoseconds / 1e6;

    /// <summary>The instant this long after <paramref name="time"/>; throws <see cref="OverflowException"/> past the range.</summary>
    public static SimTime operator +(SimTime time, SimDuration duration) => new(checked(time.Femtoseconds + duration.Femtoseconds));

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>; negative if they are the other way round.</summary>
    public static SimDuration operator -(SimTime later, SimTime earlier) => new(checked(later.Femtoseconds - earlier.Femtoseconds));

    /// <summary>Earlier than.</summary>
    public static bool operator <(SimTime a, SimTime b) => a.Femtoseconds < b.Femtoseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(SimTime a, SimTime b) => a.Femtoseconds > b.Femtoseconds;

    /// <summary>Not later than.</summary>
    public static bool operator <=(SimTime a, SimTime b) => a.Femtoseconds <= b.Femtoseconds;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(SimTime a, SimTime b) => a.Femtoseconds >= b.Femtoseconds;

    /// <inheritdoc/>
    public int CompareTo(SimTime other) => Femtoseconds.CompareTo(other.Femtoseconds);

    /// <summary>The instant in the largest unit that keeps it exact: <c>40us</c>.</summary>
    public override string ToString() => SimDuration.Format(Femtoseconds);
}
