using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Arithmetic;

public sealed class RandomStreamTests
{
    [Fact]
    public void Stream_OfASeedAndPath_IsFixed()
    {
        RandomStream stream = new(1, "host0/hb0/rp1");

        Assert.Equal(
            [0x73172469F4804434UL, 0x7DECC6B1745323F6UL, 0x793966FD279100B2UL],
            [stream.NextUInt64(), stream.NextUInt64(), stream.NextUInt64()]);
    }

    [Fact]
    public void NextExponential_OfASeedAndPath_IsFixedToTheLastBit()
    {
        RandomStream stream = new(1, "host0/hb0/rp1");
        ulong digest = 0;
        for (int i = 0; i < 1000; i++)
            digest = StableHash.Chain(digest, BitConverter.DoubleToUInt64Bits(stream.NextExponential()));

        Assert.Equal(0x930BA67692F26370UL, digest);
    }

    [Fact]
    public void Next_IsBelowItsBound() =>
        Prop.ForAll<ulong, ulong>((seed, bound) => new RandomStream(seed, "x").Next(bound) < Math.Max(bound, 1)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    public void Next_OfASmallBound_IsZero(ulong bound)
    {
        RandomStream stream = new(1, "x");

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(0UL, stream.Next(bound)));
    }

    [Fact]
    public void Next_OfSix_IsUniform()
    {
        RandomStream stream = new(7, "die");
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
            counts[stream.Next(6)]++;

        Assert.All(counts, c => Assert.InRange(c, 9_600, 10_400)); // 4 standard deviations
    }

    [Fact]
    public void NextDouble_LiesFromZeroToBelowOne()
    {
        RandomStream stream = new(7, "double");
        double sum = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double value = stream.NextDouble();
            Assert.True(value is >= 0 and < 1);
            sum += value;
        }

        Assert.InRange(sum / 100_000, 0.496, 0.504);
    }

    [Fact]
    public void NextExponential_HasMeanOneAndABound()
    {
        RandomStream stream = new(7, "exponential");
        double sum = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double value = stream.NextExponential();
            Assert.InRange(value, 0, 46);
            sum += value;
        }

        Assert.InRange(sum / 100_000, 0.985, 1.015);
    }

    [Theory]
    [InlineData(0UL, 10UL, 0)]
    [InlineData(10UL, 10UL, 10_000)]
    [InlineData(3UL, 10UL, 3_000)]
    public void Chance_IsTheRatio(ulong numerator, ulong denominator, int expected)
    {
        RandomStream stream = new(7, "chance");

        int hits = Enumerable.Range(0, 10_000).Count(_ => stream.Chance(numerator, denominator));

        Assert.InRange(hits, expected - (expected % 10_000 == 0 ? 0 : 200), expected + (expected % 10_000 == 0 ? 0 : 200));
    }

    [Fact]
    public void Streams_OfTwoPaths_DoNotFollowEachOther()
    {
        RandomStream a = new(1, "a");
        RandomStream b = new(1, "b");

        Assert.Empty(
            Enumerable.Range(0, 1000).Select(_ => a.NextUInt64()).Intersect(Enumerable.Range(0, 1000).Select(_ => b.NextUInt64())));
    }
}
