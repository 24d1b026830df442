using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Arithmetic;

/// <summary>Fixed values: whoever changes a hash changes every digest and every stream, and must mean to.</summary>
public sealed class StableHashTests
{
    [Theory]
    [InlineData("", 0xF52A15E9A9B5E89BUL)]
    [InlineData("a", 0x2C0BDBF481420F8UL)]
    [InlineData("host0/hb0/rp1", 0x408D7E012706BAD1UL)]
    [InlineData("Größe", 0x48FFB6AD8A7C4A59UL)]
    public void Of_AText_IsFixed(string text, ulong expected) => Assert.Equal(expected, StableHash.Of(text));

    [Theory]
    [InlineData(0UL, 0UL)]
    [InlineData(1UL, 0x5692161D100B05E5UL)]
    [InlineData(0x9E3779B97F4A7C15UL, 0xE220A8397B1DCDAFUL)]
    [InlineData(ulong.MaxValue, 0xB4D055FCF2CBBD7BUL)]
    public void Mix_IsFixed(ulong value, ulong expected) => Assert.Equal(expected, StableHash.Mix(value));

    [Fact]
    public void Chain_IsFixed() => Assert.Equal(0x17FF78880F78D610UL, StableHash.Chain(StableHash.Chain(0, 1), 2));

    [Fact]
    public void Chain_DependsOnTheOrder() =>
        Prop.ForAll<ulong, ulong>(
            (a, b) => a == b || StableHash.Chain(StableHash.Chain(0, a), b) != StableHash.Chain(StableHash.Chain(0, b), a))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Mix_OfDifferentNumbers_Differs() =>
        Prop.ForAll<ulong, ulong>((a, b) => a == b || StableHash.Mix(a) != StableHash.Mix(b)).QuickCheckThrowOnFailure();

    [Fact]
    public void RunDigest_IsFixed()
    {
        var digest = default(RunDigest);
        digest.Add(7UL);
        digest.Add(-7L);
        digest.Add("seven");

        Assert.Equal(0xADEA4D56C50A75FUL, digest.Value);
    }

    [Fact]
    public void RunDigest_OfTwoZeros_DiffersFromThatOfOne()
    {
        var one = default(RunDigest);
        var two = default(RunDigest);
        one.Add(0UL);
        two.Add(0UL);
        two.Add(0UL);

        Assert.NotEqual(one.Value, two.Value);
    }
}
