using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments.Tests;

public sealed class PacedSourceTests
{
    [Fact]
    public void ForBandwidth_TenGigabytes_IsExact() =>
        Assert.Equal(new PaceInterval(6_400_000, 1), PaceInterval.ForBandwidth(64, 10_000_000_000));

    [Fact]
    public void ForBandwidth_ThirtyGigabytes_KeepsTheThird() =>
        Assert.Equal("6400000/3fs", PaceInterval.ForBandwidth(64, 30_000_000_000).ToString());

    [Fact]
    public void ForRate_AMillionASecond_IsAMicrosecond() =>
        Assert.Equal(PaceInterval.Every(SimDuration.FromMicroseconds(1)), PaceInterval.ForRate(1_000_000));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    public void Interval_NotPositive_IsRefused(long numerator, long denominator) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PaceInterval(numerator, denominator));

    [Fact]
    public void Interval_Default_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PacedSource(Lines(1), default));

    [Fact]
    public void Fixed_ThirdOfAFemtosecondLeft_DoesNotDrift()
    {
        var paced = new PacedSource(Lines(3_001), PaceInterval.ForBandwidth(64, 30_000_000_000), new SimTime(100));
        List<Access> accesses = Drain.All(paced);

        Assert.Equal([100L, 2_133_433, 4_266_766, 6_400_100], accesses.Take(4).Select(access => access.NotBefore));
        Assert.Equal(100 + 1_000 * 6_400_000L, accesses[3_000].NotBefore);
    }

    [Fact]
    public void Paced_AccessesOtherwise_AreThoseOfTheInnerSource()
    {
        List<Access> plain = Drain.All(Lines(500));
        List<Access> paced = Drain.All(new PacedSource(Lines(500), new PaceInterval(5, 1)));

        Assert.Equal(plain, paced.ConvertAll(access => access with { NotBefore = 0 }));
    }

    [Fact]
    public void Paced_AccessWithALaterTimeOfItsOwn_KeepsIt()
    {
        var inner = new PacedSource(Lines(4), new PaceInterval(1000, 1));
        var outer = new PacedSource(inner, new PaceInterval(1, 1), new SimTime(500));

        Assert.Equal([500L, 1000, 2000, 3000], Drain.All(outer).Select(access => access.NotBefore));
    }

    [Fact]
    public void Exponential_ManyGaps_HaveTheMeanAndTheSpread()
    {
        const int count = 100_000;
        var paced = Exponential(count, new PaceInterval(1_000_000, 1));
        var times = Drain.All(paced).ConvertAll(access => access.NotBefore);
        List<long> gaps = times.Zip(times.Prepend(0), (later, earlier) => later - earlier).ToList();

        Assert.All(gaps, gap => Assert.True(gap >= 0));
        Assert.InRange(times[^1] / count, 990_000, 1_010_000);
        Assert.InRange(gaps.Count(gap => gap > 1_000_000) / (double)count, 0.36, 0.376); // 1/e = 0.368
        Assert.InRange(gaps.Count(gap => gap > 3_000_000) / (double)count, 0.047, 0.053); // e^-3 = 0.0498
    }

    [Fact]
    public void Exponential_MeanBelowAFemtosecond_AddsUp()
    {
        const int count = 100_000;
        var paced = Exponential(count, new PaceInterval(1, 10));

        Assert.InRange(Drain.All(paced)[^1].NotBefore, 9_900, 10_100);
    }

    [Fact]
    public void Exponential_SameStream_GivesTheSameTimes()
    {
        PacedSource Make(string path) =>
            new(Lines(100), new PaceInterval(1_000_000, 7), GapDistribution.Exponential, default, new RandomStream(3, path));

        Assert.Equal(Drain.All(Make("a")), Drain.All(Make("a")));
        Assert.NotEqual(Drain.All(Make("a")), Drain.All(Make("b")));
    }

    [Theory]
    [InlineData(GapDistribution.Fixed)]
    [InlineData(GapDistribution.Exponential)]
    public void Paced_PastTheEndOfSimulatedTime_Ends(GapDistribution gaps)
    {
        var paced = new PacedSource(Lines(1_000), new PaceInterval(long.MaxValue / 4, 1), gaps, default, new RandomStream(3, "gaps"));
        List<Access> accesses = Drain.All(paced);

        Assert.InRange(accesses.Count, 1, 100);
        Assert.True(paced.ReachedEndOfTime);
    }

    [Fact]
    public void Paced_WhenTheInnerSourceEnds_DidNotReachTheEndOfTime()
    {
        var paced = new PacedSource(Lines(3), new PaceInterval(1, 1));
        Drain.All(paced);

        Assert.False(paced.ReachedEndOfTime);
    }

    private static PacedSource Exponential(long count, PaceInterval mean) =>
        new(Lines(count), mean, GapDistribution.Exponential, default, new RandomStream(3, "gaps"));

    private static RandomPattern Lines(long count) => new(new PatternSettings { RegionSize = ByteSize.MiB(1), Count = count });
}
