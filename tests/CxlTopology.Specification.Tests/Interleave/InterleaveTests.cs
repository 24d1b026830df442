namespace CxlTopology.Specification.Tests;

public sealed class InterleaveTests
{
    [Fact]
    public void Of_EveryLegalPair_KeepsWaysGranularityAndCodes()
    {
        Assert.Equal(56, LegalInterleaves.All.Count);
        foreach (int ways in InterleaveWays.All)
        {
            foreach (int bytes in InterleaveGranularity.All)
            {
                var interleave = Interleave.Of(ways, bytes);
                Assert.Equal((ways, bytes), (interleave.Ways, interleave.Granularity));
                Assert.Equal(interleave, new Interleave(interleave.EncodedGranularity, interleave.EncodedWays));
            }
        }
    }

    [Fact]
    public void Of_IllegalWays_NamesTheLegalOnes()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Interleave.Of(5, 256));
        Assert.Contains("1, 2, 3, 4, 6, 8, 12, 16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_IllegalGranularity_NamesTheLegalOnes()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Interleave.Of(2, 300));
        Assert.Contains("256, 512, 1024, 2048, 4096, 8192, 16384", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(0, 5)]
    [InlineData(0, 11)]
    public void Constructor_ReservedCode_Throws(byte granularity, byte ways) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Interleave(granularity, ways));

    [Fact]
    public void Default_IsOneWayOf256Bytes()
    {
        Interleave interleave = default;
        Assert.Equal(Interleave.Of(1, 256), interleave);
        Assert.Equal("1x256B", interleave.ToString());
        Assert.Equal(ulong.MaxValue, interleave.LinesOf(0, 0x5000));
        Assert.Equal(0x12345UL, interleave.DeviceOffsetOf(0x12345));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void HostOffsetOf_PositionOutOfRange_Throws(int position) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Interleave.Of(3, 256).HostOffsetOf(position, 0));

    [Fact]
    public void HostOffsetOf_BeyondSixtyFourBits_Throws()
    {
        var interleave = Interleave.Of(12, 256);
        Assert.Throws<OverflowException>(() => interleave.HostOffsetOf(0, 1UL << 61));
        Assert.False(interleave.TryHostOffsetOf(0, ulong.MaxValue, out _));
    }

    [Fact]
    public void HostOffsetOf_LastAddressOfOneWay_IsItself() =>
        Assert.Equal(ulong.MaxValue, default(Interleave).HostOffsetOf(0, ulong.MaxValue));

    [Fact]
    public void LinesOf_SixteenWaysOf256_IsFourLinesEach()
    {
        var interleave = Interleave.Of(16, 256);
        Assert.Equal(0xFUL, interleave.LinesOf(0, 0x7000));
        Assert.Equal(0xFUL << 60, interleave.LinesOf(15, 0x7000));
    }

    [Fact]
    public void LinesOf_ThreeWaysOf2KiB_RotatesFromPageToPage()
    {
        var interleave = Interleave.Of(3, 2048);
        Assert.Equal(0x0000_0000_FFFF_FFFFUL, interleave.LinesOf(0, 0));
        Assert.Equal(0xFFFF_FFFF_0000_0000UL, interleave.LinesOf(0, 0x1000));
        Assert.Equal(0UL, interleave.LinesOf(0, 0x2000));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void LinesOf_TargetOutOfRange_IsEmpty(int target) =>
        Assert.Equal(0UL, Interleave.Of(4, 256).LinesOf(target, 0));

    [Fact]
    public void LinesOf_UnalignedPage_IgnoresTheLowBits() =>
        Assert.Equal(
            Interleave.Of(6, 512).LinesOf(2, 0x3000), Interleave.Of(6, 512).LinesOf(2, 0x3ABC));
}
