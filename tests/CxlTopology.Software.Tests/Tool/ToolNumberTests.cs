namespace CxlTopology.Software.Tests.Tool;

public sealed class ToolNumberTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("4096", 4096UL)]
    [InlineData("0x1000", 4096UL)]
    [InlineData("010000", 4096UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("01777777777777777777777", ulong.MaxValue)]
    public void TryParse_ANumber_IsReadAsCDoes(string text, ulong expected)
    {
        Assert.True(ToolNumber.TryParse(text, out ulong number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mem0")]
    [InlineData("08")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("03777777777777777777777")]
    public void TryParse_NoNumber_IsRefused(string text) => Assert.False(ToolNumber.TryParse(text, out _));

    [Theory]
    [InlineData("268435456", 268_435_456UL)]
    [InlineData("512M", 512UL << 20)]
    [InlineData("2g", 2UL << 30)]
    [InlineData("0x10K", 16UL << 10)]
    [InlineData("1T", 1UL << 40)]
    public void TryParseSize_WithASuffix_IsBinary(string text, ulong expected)
    {
        Assert.True(ToolNumber.TryParseSize(text, out ulong bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("1MiB")]
    [InlineData("1X")]
    [InlineData("99999999999T")]
    public void TryParseSize_NoSize_IsRefused(string text) => Assert.False(ToolNumber.TryParseSize(text, out _));
}
