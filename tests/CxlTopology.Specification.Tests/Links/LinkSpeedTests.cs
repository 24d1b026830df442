namespace CxlTopology.Specification.Tests;

public sealed class LinkSpeedTests
{
    // Raw, slot and five-slots-a-line bandwidth in GB/s; flit time in ns.
    public static TheoryData<int, int, FlitMode, int, decimal, decimal, decimal> Published => new()
    {
        { 32, 16, FlitMode.Flit68, 64, 60.2m, 48.2m, 1.06m },
        { 32, 8, FlitMode.Flit68, 32, 30.1m, 24.1m, 2.13m },
        { 32, 4, FlitMode.Flit68, 16, 15.1m, 12.0m, 4.25m },
        { 64, 16, FlitMode.Flit256, 128, 120m, 96.0m, 2.0m },
        { 64, 8, FlitMode.Flit256, 64, 60m, 48.0m, 4.0m },
        { 64, 4, FlitMode.Flit256, 32, 30m, 24.0m, 8.0m },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Bandwidth_AndFlitTime_AreThePublishedOnes(
        int rate, int width, FlitMode flits, int raw, decimal slots, decimal lines, decimal flitNanoseconds)
    {
        LinkSpeed speed = new(rate, width, flits);
        Assert.Equal(raw, speed.RawGigabytesPerSecond);

        decimal slotBandwidth = 16m * speed.SlotsPerFlit * 1_000_000 / speed.FlitFemtoseconds;
        Assert.Equal(slots, Math.Round(slotBandwidth, 1));
        Assert.Equal(lines, Math.Round(slotBandwidth * 4 / 5, 1));
        Assert.Equal(flitNanoseconds, Math.Round(speed.FlitFemtoseconds / 1_000_000m, 2, MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void FlitFemtoseconds_EveryLink_IsExact()
    {
        int links = 0;
        foreach (int rate in new[] { 8, 16, 32, 64 })
        {
            foreach (int width in new[] { 1, 2, 4, 8, 16 })
            {
                foreach (FlitMode flits in new[] { FlitMode.Flit68, FlitMode.Flit256 })
                {
                    if (rate == 64 && flits == FlitMode.Flit68)
                        continue;
                    LinkSpeed speed = new(rate, width, flits);
                    Assert.Equal(speed.FlitBytes * 8L * 1_000_000, speed.FlitFemtoseconds * rate * width);
                    Assert.Equal(rate * width, speed.RawGigabytesPerSecond * 8);
                    Assert.True(LinkSpeed.TryParse(speed.ToString(), out LinkSpeed parsed));
                    Assert.Equal(speed, parsed);
                    links++;
                }
            }
        }

        Assert.Equal(35, links);
    }

    [Fact]
    public void FlitFemtoseconds_X16At32_IsNotAWholePicosecond() =>
        Assert.Equal(1_062_500, new LinkSpeed(32, 16, FlitMode.Flit68).FlitFemtoseconds);

    [Theory]
    [InlineData(5, 8, FlitMode.Flit68)]
    [InlineData(128, 8, FlitMode.Flit256)]
    [InlineData(32, 12, FlitMode.Flit68)]
    [InlineData(32, 0, FlitMode.Flit68)]
    [InlineData(64, 8, FlitMode.Flit68)]
    [InlineData(32, 8, (FlitMode)2)]
    public void Constructor_NoSuchLink_Throws(int rate, int width, FlitMode flits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSpeed(rate, width, flits));

    [Fact]
    public void ToString_NamesRateWidthAndFlits() => Assert.Equal("64GT/s x8 256B", new LinkSpeed(64, 8, FlitMode.Flit256).ToString());

    [Theory]
    [InlineData("64GT/s x8")]
    [InlineData("64GT/s x8 68B")]
    [InlineData("64GT/s x8 256B ")]
    [InlineData("64 GT/s x8 256B")]
    [InlineData("64GT/s x3 256B")]
    [InlineData("64GT/s x8 512B")]
    [InlineData("")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(LinkSpeed.TryParse(text, out _));

    [Theory]
    [InlineData("32GT/s", 32)]
    [InlineData("8 GT/s", 8)]
    public void TryParseRate_WithOrWithoutBlank_Reads(string text, int rate)
    {
        Assert.True(LinkSpeed.TryParseRate(text, out int parsed));
        Assert.Equal(rate, parsed);
    }

    [Theory]
    [InlineData("32")]
    [InlineData("2.5GT/s")]
    [InlineData("032GT/s")]
    [InlineData("GT/s")]
    public void TryParseRate_AnythingElse_IsRefused(string text) => Assert.False(LinkSpeed.TryParseRate(text, out _));
}
