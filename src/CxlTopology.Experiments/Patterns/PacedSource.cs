using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>An open-loop load: the accesses of another source, each with the time before which it is not issued.</summary>
/// <remarks>
/// Times are those of an ideal arrival process and do not shift when the memory is slow: a requester that falls behind catches up as fast
/// as it may. Fixed gaps put access k at start + floor(k x interval); exponential gaps put the first one a gap after the start. What is
/// below a femtosecond is carried on, so that no rate drifts. An access that has a later time of its own keeps it. Accesses that would fall
/// past the last femtosecond of simulated time (2^63-1) end the source.
/// </remarks>
public sealed class PacedSource : IAccessSource
{
    // Exponential gaps are multiples of 2^-32 of the mean; the longest, 37 means, takes 38 bits.
    private const int GapBits = 32;

    private readonly IAccessSource inner;
    private readonly GapDistribution gaps;
    private readonly UInt128 numerator;
    private readonly UInt128 denominator;
    private RandomStream stream;
    private long now;
    private UInt128 fraction;
    private bool started;
    private bool ended;

    /// <summary>
    /// Paces <paramref name="inner"/>; <see cref="ArgumentException"/> if the interval is the default or the start is negative.
    /// </summary>
    /// <param name="inner">Where the accesses come from.</param>
    /// <param name="interval">The gap, or its mean.</param>
    /// <param name="gaps">How gaps are spread.</param>
    /// <param name="start">The time the load starts at.</param>
    /// <param name="stream">Where exponential gaps are drawn from; not used for fixed ones.</param>
    public PacedSource(IAccessSource inner, PaceInterval interval, GapDistribution gaps, SimTime start, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (interval.Denominator == 0)
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval is longer than nothing.");
        if (!Enum.IsDefined(gaps))
            throw new ArgumentOutOfRangeException(nameof(gaps), gaps, "Gaps are fixed or exponential.");
        if (start < SimTime.Zero)
            throw new ArgumentOutOfRangeException(nameof(start), start, "A load starts at 0 or later.");
        this.inner = inner;
        this.gaps = gaps;
        this.stream = stream;
        now = start.Femtoseconds;
        numerator = (UInt128)interval.Numerator;
        denominator = (UInt128)interval.Denominator << (gaps == GapDistribution.Exponential ? GapBits : 0);
    }

    /// <summary>Paces <paramref name="inner"/> with fixed gaps.</summary>
    public PacedSource(IAccessSource inner, PaceInterval interval, SimTime start = default)
        : this(inner, interval, GapDistribution.Fixed, start, default)
    {
    }

    /// <summary>The source ended because simulated time did, not because there were no more accesses.</summary>
    public bool ReachedEndOfTime { get; private set; }

    /// <inheritdoc/>
    public bool TryNext(out Access access)
    {
        if (ended || !inner.TryNext(out access) || !Advance())
        {
            ended = true;
            access = default;
            return false;
        }

        access = access with { NotBefore = Math.Max(now, access.NotBefore) };
        return true;
    }

    private bool Advance()
    {
        ulong gap = 1;
        if (gaps == GapDistribution.Exponential)
            gap = (ulong)(stream.NextExponential() * (1UL << GapBits));
        else if (!started)
            gap = 0;
        started = true;

        UInt128 sum = fraction + numerator * gap;
        (UInt128 whole, fraction) = UInt128.DivRem(sum, denominator);
        if (whole > (UInt128)(long.MaxValue - now))
        {
            ReachedEndOfTime = true;
            return false;
        }

        now += (long)whole;
        return true;
    }
}
