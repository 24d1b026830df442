using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    // Durations of every magnitude: some bits, shifted anywhere.
    private static readonly Gen<long> Duration =
        from bits in Gen.Choose(0, int.MaxValue)
        from shift in Gen.Choose(0, 62)
        select shift < 31 ? (long)bits >> shift : (long)bits << (shift - 31);

    private static readonly (int Numerator, int Denominator)[] Percentiles =
    [
        (0, 1), (1, 100), (1, 2), (9, 10), (99, 100), (999, 1000), (1, 1),
    ];

    [Fact]
    public void Percentile_IsNeverBelowAndAtMostASixtyFourthAbove() =>
        Prop.ForAll(Duration.NonEmptyListOf().ToArbitrary(), durations =>
        {
            LatencyHistogram histogram = Of(durations);
            long[] sorted = [.. durations.Order()];
            return Percentiles.All(p =>
            {
                int rank = Math.Max(1, (int)(((long)sorted.Length * p.Numerator + p.Denominator - 1) / p.Denominator));
                long exact = sorted[rank - 1];
                long found = histogram.Percentile(p.Numerator, p.Denominator);
                return found >= exact && found - exact <= exact / 64;
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void MinMaxMeanAndCount_AreExact() =>
        Prop.ForAll(Duration.NonEmptyListOf().ToArbitrary(), durations =>
        {
            LatencyHistogram histogram = Of(durations);
            Int128 sum = 0;
            foreach (long duration in durations)
                sum += duration;
            return (histogram.Min, histogram.Max, histogram.Count, histogram.Mean) == (
                durations.Min(),
                durations.Max(),
                durations.Count,
                (long)(sum / durations.Count));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_OfAnotherHistogram_IsAddingAllOfIt() =>
        Prop.ForAll(Duration.ListOf().ToArbitrary(), Duration.ListOf().ToArbitrary(), (a, b) =>
        {
            LatencyHistogram together = Of(a);
            together.Add(Of(b));
            LatencyHistogram all = Of([.. a, .. b]);
            return (together.Min, together.Max, together.Count, together.Mean) == (all.Min, all.Max, all.Count, all.Mean)
                && Percentiles.All(p => together.Percentile(p.Numerator, p.Denominator) == all.Percentile(p.Numerator, p.Denominator));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Percentile_OfSmallNumbers_IsExact()
    {
        LatencyHistogram histogram = Of([.. Enumerable.Range(0, 64).Select(i => (long)i)]);

        Assert.All(Enumerable.Range(1, 64), rank => Assert.Equal(rank - 1, histogram.Percentile(rank, 64)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(long.MaxValue)]
    public void Percentile_OfOneDuration_IsIt(long duration) => Assert.Equal(duration, Of([duration]).Percentile(1, 2));

    [Fact]
    public void Histogram_ThatIsEmpty_IsAllZero()
    {
        var empty = new LatencyHistogram();

        Assert.Equal((0L, 0L, 0L, 0L, 0L), (empty.Count, empty.Min, empty.Max, empty.Mean, empty.Percentile(1, 2)));
    }

    [Fact]
    public void Add_OfANegativeDuration_IsRefusedAndNotCounted()
    {
        var histogram = new LatencyHistogram();

        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Add(-1));
        Assert.Equal(0, histogram.Count);
    }

    private static LatencyHistogram Of(IReadOnlyCollection<long> durations)
    {
        var histogram = new LatencyHistogram();
        foreach (long duration in durations)
            histogram.Add(duration);
        return histogram;
    }
}
