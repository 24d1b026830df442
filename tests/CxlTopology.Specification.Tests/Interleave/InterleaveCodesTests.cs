namespace CxlTopology.Specification.Tests;

public sealed class InterleaveCodesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(8, 3)]
    [InlineData(16, 4)]
    [InlineData(3, 8)]
    [InlineData(6, 9)]
    [InlineData(12, 10)]
    public void Ways_Legal_HaveTheirCode(int ways, byte code)
    {
        Assert.True(InterleaveWays.TryEncode(ways, out byte encoded));
        Assert.Equal(code, encoded);
        Assert.True(InterleaveWays.TryDecode(code, out int decoded));
        Assert.Equal(ways, decoded);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    [InlineData(255)]
    public void WaysCode_Reserved_IsRefused(byte code) => Assert.False(InterleaveWays.TryDecode(code, out _));

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(24)]
    public void Ways_NotLegal_AreRefused(int ways) => Assert.False(InterleaveWays.TryEncode(ways, out _));

    [Fact]
    public void Granularities_AreTheCodesZeroToSix()
    {
        for (byte code = 0; code < 7; code++)
        {
            Assert.True(InterleaveGranularity.TryDecode(code, out int bytes));
            Assert.Equal(256 << code, bytes);
            Assert.Equal(bytes, InterleaveGranularity.All[code]);
            Assert.True(InterleaveGranularity.TryEncode(bytes, out byte encoded));
            Assert.Equal(code, encoded);
        }

        Assert.Equal(7, InterleaveGranularity.All.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(768)]
    [InlineData(32768)]
    [InlineData(-256)]
    public void Granularity_NotLegal_IsRefused(int bytes) => Assert.False(InterleaveGranularity.TryEncode(bytes, out _));

    [Fact]
    public void GranularityCode_Reserved_IsRefused() => Assert.False(InterleaveGranularity.TryDecode(7, out _));
}
