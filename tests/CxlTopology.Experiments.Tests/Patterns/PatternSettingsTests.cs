using CxlTopology.Specification;

namespace CxlTopology.Experiments.Tests;

public sealed class PatternSettingsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(48)]
    [InlineData(8192)]
    [InlineData(-64)]
    public void AccessBytes_NotAPowerOfTwoFrom8To4096_IsRefused(int bytes) =>
        AssertRefused(new PatternSettings { RegionSize = ByteSize.MiB(1), AccessBytes = bytes }, nameof(PatternSettings.AccessBytes));

    [Theory]
    [InlineData(0UL)]
    [InlineData(63UL)]
    [InlineData((1UL << 62) + 1)]
    [InlineData(ulong.MaxValue)]
    public void RegionSize_SmallerThanAnAccessOrBeyondTheBound_IsRefused(ulong bytes) =>
        AssertRefused(new PatternSettings { RegionSize = new ByteSize(bytes) }, nameof(PatternSettings.RegionSize));

    [Fact]
    public void Count_Negative_IsRefused() =>
        AssertRefused(new PatternSettings { RegionSize = ByteSize.MiB(1), Count = -1 }, nameof(PatternSettings.Count));

    [Theory]
    [InlineData(1UL, 0UL)]
    [InlineData(0UL, 0UL)]
    [InlineData(11UL, 10UL)]
    public void ReadShare_NotBetweenNothingAndAll_IsRefused(ulong numerator, ulong denominator) =>
        AssertRefused(
            new PatternSettings { RegionSize = ByteSize.MiB(1), ReadShare = new Ratio(numerator, denominator) },
            nameof(PatternSettings.ReadShare));

    [Fact]
    public void Percent_Above100_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Ratio.Percent(101));

    [Theory]
    [InlineData(7UL, 10UL, 100UL, 70UL)]
    [InlineData(1UL, 3UL, 100UL, 33UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue)]
    public void Of_AnyWhole_IsExactRoundedDown(ulong numerator, ulong denominator, ulong whole, ulong part) =>
        Assert.Equal(part, new Ratio(numerator, denominator).Of(whole));

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(4096)]
    public void RegionSize_OfOneAccess_IsEnough(int bytes)
    {
        var one = new PatternSettings { RegionSize = new ByteSize((ulong)bytes), AccessBytes = bytes, Count = 3 };
        var pattern = new SequentialPattern(one);

        Assert.Equal([0UL, 0, 0], Drain.All(pattern).Select(access => access.Offset));
    }

    private static void AssertRefused(PatternSettings settings, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => new RandomPattern(settings)).ParamName);
}
