using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class XorMapsTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(4, 2)]
    [InlineData(6, 1)]
    [InlineData(8, 3)]
    [InlineData(12, 2)]
    [InlineData(16, 4)]
    public void MapsUsed_FollowsTheWays(int ways, int maps) => Assert.Equal(maps, XorMaps.MapsUsed(ways));

    [Fact]
    public void MapsUsed_IllegalWays_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => XorMaps.MapsUsed(5));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Transform_OneOrThreeWays_IsTheIdentity(int ways)
    {
        Assert.True(XorMaps.TryCreate([0x404100], ways, out XorMaps? maps, out _));
        Assert.Equal(0x4040UL, maps.Transform(0x4040));
        Assert.Empty(maps.Maps);
    }

    [Fact]
    public void Transform_TwoWays_ReplacesTheLowestBitByTheParity()
    {
        Assert.True(XorMaps.TryCreate([0x404100], 2, out XorMaps? maps, out _));
        Assert.Equal(0x1_0000_4140UL, maps.Transform(0x1_0000_4040));
        Assert.Equal(0x1_0000_4040UL, maps.Transform(0x1_0000_4140));
    }

    [Fact]
    public void Transform_Twice_IsTheIdentity() =>
        Prop.ForAll(
            (from xor in LegalInterleaves.AnyXor from word in LegalInterleaves.Word select (xor.Maps, word)).ToArbitrary(),
            x => x.Maps.Transform(x.Maps.Transform(x.word)) == x.word)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TryCreate_TooFewMaps_SaysHowManyAreNeeded()
    {
        Assert.False(XorMaps.TryCreate([0x404100], 4, out _, out string? problem));
        Assert.Equal("4 ways need 2 XOR maps, not 1", problem);
    }

    [Theory]
    [InlineData(0x404100UL, 0x808300UL)]
    [InlineData(0x404300UL, 0x808200UL)]
    [InlineData(0x404100UL, 0x404100UL)]
    public void TryCreate_AMapWithTheLowestBitOfAnother_IsRefused(ulong first, ulong second)
    {
        Assert.False(XorMaps.TryCreate([first, second], 4, out _, out string? problem));
        Assert.Contains("lowest bit", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_SingleBitMap_IsNoConflictAndDoesNothing()
    {
        Assert.True(XorMaps.TryCreate([0x100, 0x808100], 4, out XorMaps? maps, out _));
        Assert.Equal(0x8100UL, maps.Transform(0x8000));
        Assert.Equal(0x8000UL, maps.Transform(0x8100));
    }

    [Fact]
    public void TryCreate_ConflictInAMapNotUsed_IsAccepted()
    {
        Assert.True(XorMaps.TryCreate([0x404100, 0x404100], 2, out XorMaps? maps, out _));
        Assert.Equal([0x404100UL], maps.Maps);
    }

    [Fact]
    public void TryCreate_IllegalWays_IsRefused()
    {
        Assert.False(XorMaps.TryCreate([], 7, out _, out string? problem));
        Assert.Contains("1, 2, 3, 4, 6, 8, 12, 16", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_ZeroMap_DoesNothing()
    {
        Assert.True(XorMaps.TryCreate([0, 0x808200], 4, out XorMaps? maps, out _));
        Assert.Equal(0x4100UL, maps.Transform(0x4100));
    }
}
