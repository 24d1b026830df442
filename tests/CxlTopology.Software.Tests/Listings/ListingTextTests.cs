namespace CxlTopology.Software.Tests.Listings;

public sealed class ListingTextTests
{
    [Theory]
    [InlineData(0UL, "0")]
    [InlineData(5_119_999UL, "5119999")]
    [InlineData(5_120_000UL, "4.88 MiB (5.12 MB)")]
    [InlineData(268_435_456UL, "256.00 MiB (268.44 MB)")]
    [InlineData(2_147_483_647UL, "2048.00 MiB (2147.48 MB)")]
    [InlineData(2_147_483_648UL, "2.00 GiB (2.15 GB)")]
    [InlineData(4_294_967_296UL, "4.00 GiB (4.29 GB)")]
    [InlineData(2_199_023_255_551UL, "2048.00 GiB (2199.02 GB)")]
    [InlineData(2_199_023_255_552UL, "2.00 TiB (2.20 TB)")]
    [InlineData(ulong.MaxValue, "16777216.00 TiB (18446744.07 TB)")]
    public void SizeOf_Bytes_RoundsToHundredths(ulong bytes, string text) => Assert.Equal(text, ListingText.SizeOf(bytes));

    [Fact]
    public void Of_NumbersForMachines_AreDecimal()
    {
        ListingObject node = new ListingObject().AddHexadecimal("resource", 0x1_1000_0000).AddSize("size", 1 << 28).Add("position", 3).Add("locked", true);

        Assert.Equal("{\n  \"resource\":4563402752,\n  \"size\":268435456,\n  \"position\":3,\n  \"locked\":true\n}", ListingText.Of(node, human: false));
    }

    [Fact]
    public void Of_NumbersForPeople_HavePrefixesAndUnits()
    {
        ListingObject node = new ListingObject().AddHexadecimal("resource", 0x1_1000_0000).AddHexadecimal("id", 0).AddSize("size", 1 << 28).AddSize("length", 64);

        Assert.Equal("{\n  \"resource\":\"0x110000000\",\n  \"id\":\"0\",\n  \"size\":\"256.00 MiB (268.44 MB)\",\n  \"length\":64\n}", ListingText.Of(node, human: true));
    }

    [Fact]
    public void Of_NestedArrays_IndentsByTwo()
    {
        var array = new ListingArray { Items = { new ListingObject().Add("dports", new ListingArray { Items = { new ListingObject().Add("dport", "0000:0c:00.0") } }) } };

        Assert.Equal("[\n  {\n    \"dports\":[\n      {\n        \"dport\":\"0000:0c:00.0\"\n      }\n    ]\n  }\n]", ListingText.Of(array, human: false));
    }

    [Fact]
    public void Of_Strings_AreEscaped() =>
        Assert.Equal("\"\\/\\\"\\\\\\n\\u0001\\b\\f\\r\\t\"", ListingText.Of(ListingScalar.Of("/\"\\\n\u0001\b\f\r\t"), human: false));

    [Fact]
    public void Of_NothingInside_IsABracketPair() =>
        Assert.Equal("[]{}", ListingText.Of(new ListingArray(), human: false) + ListingText.Of(new ListingObject(), human: false));

    [Fact]
    public void TextOf_OneElementForPeople_HasNoBrackets()
    {
        var listing = new ListingArray { Items = { new ListingObject().Add("memdev", "mem0") } };

        Assert.Equal("{\n  \"memdev\":\"mem0\"\n}", Listing.TextOf(listing, human: true));
        Assert.Equal("[\n  {\n    \"memdev\":\"mem0\"\n  }\n]", Listing.TextOf(listing, human: false));
    }

    [Fact]
    public void TextOf_NothingForPeople_IsNothing()
    {
        Assert.Null(Listing.TextOf(new ListingArray(), human: true));
        Assert.Equal("[]", Listing.TextOf(new ListingArray(), human: false));
    }
}
