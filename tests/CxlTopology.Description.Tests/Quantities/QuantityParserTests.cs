using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Description.Tests.Quantities;

public sealed class QuantityParserTests
{
    [Theory]
    [InlineData("0B", 0UL)]
    [InlineData("64B", 64UL)]
    [InlineData("1KiB", 1024UL)]
    [InlineData("1.5KiB", 1536UL)]
    [InlineData("256MiB", 268435456UL)]
    [InlineData("1_024 MiB", 1073741824UL)]
    [InlineData("16383PiB", 18445618173802708992UL)]
    public void Size_Good_IsExact(string text, ulong bytes) => Assert.Equal(bytes, QuantityParser.Size(text).Value.Bytes);

    [Theory]
    [InlineData("", DescriptionErrorCode.NotASize)]
    [InlineData("GiB", DescriptionErrorCode.NotASize)]
    [InlineData("1e3B", DescriptionErrorCode.NotASize)]
    [InlineData("0x10B", DescriptionErrorCode.NotASize)]
    [InlineData("1..5GiB", DescriptionErrorCode.NotASize)]
    [InlineData("_1GiB", DescriptionErrorCode.NotASize)]
    [InlineData("1_GiB", DescriptionErrorCode.NotASize)]
    [InlineData("-1GiB", DescriptionErrorCode.NotASize)]
    [InlineData("1  GiB", DescriptionErrorCode.NotASize)]
    [InlineData("4", DescriptionErrorCode.UnitMissing)]
    [InlineData("4GB", DescriptionErrorCode.UnitUnknown)]
    [InlineData("4gib", DescriptionErrorCode.UnitUnknown)]
    [InlineData("0.3B", DescriptionErrorCode.NotExact)]
    [InlineData("16384PiB", DescriptionErrorCode.QuantityTooLarge)]
    public void Size_Bad_HasItsCode(string text, DescriptionErrorCode code) =>
        Assert.Equal(code, QuantityParser.Size(text).Problem!.Value.Code);

    [Theory]
    [InlineData("4GB", "GiB")]
    [InlineData("4M", "MiB")]
    [InlineData("4kb", "KiB")]
    public void Size_DecimalUnit_NamesTheBinaryOne(string text, string unit) =>
        Assert.Contains("Use " + unit, QuantityParser.Size(text).Problem!.Value.Help, StringComparison.Ordinal);

    [Theory]
    [InlineData("25ns", 25_000_000L)]
    [InlineData("1.5us", 1_500_000_000L)]
    [InlineData("1.5µs", 1_500_000_000L)]
    [InlineData("250ps", 250_000L)]
    [InlineData("15.625ps", 15_625L)]
    [InlineData("10ms", 10_000_000_000_000L)]
    [InlineData("9223s", 9_223_000_000_000_000_000L)]
    public void Duration_Good_IsExact(string text, long femtoseconds) =>
        Assert.Equal(femtoseconds, QuantityParser.Duration(text).Value.Femtoseconds);

    [Theory]
    [InlineData("9224s", DescriptionErrorCode.QuantityTooLarge)]
    [InlineData("0.5fs", DescriptionErrorCode.NotExact)]
    [InlineData("25", DescriptionErrorCode.UnitMissing)]
    [InlineData("25NS", DescriptionErrorCode.UnitUnknown)]
    [InlineData("now", DescriptionErrorCode.NotADuration)]
    public void Duration_Bad_HasItsCode(string text, DescriptionErrorCode code) =>
        Assert.Equal(code, QuantityParser.Duration(text).Problem!.Value.Code);

    [Theory]
    [InlineData("0x10_0000_0000", 0x10_0000_0000UL)]
    [InlineData("4294967296", 0x1_0000_0000UL)]
    [InlineData("64GiB", 0x10_0000_0000UL)]
    [InlineData("0xFFFFFFFFFFFFFFFF", ulong.MaxValue)]
    public void Address_Good_IsExact(string text, ulong value) => Assert.Equal(value, QuantityParser.Address(text).Value.Value);

    [Theory]
    [InlineData("0x", DescriptionErrorCode.NotAnAddress)]
    [InlineData("0x1__0", DescriptionErrorCode.NotAnAddress)]
    [InlineData("0xG", DescriptionErrorCode.NotAnAddress)]
    [InlineData("0x10000000000000000", DescriptionErrorCode.QuantityTooLarge)]
    public void Address_Bad_HasItsCode(string text, DescriptionErrorCode code) =>
        Assert.Equal(code, QuantityParser.Address(text).Problem!.Value.Code);

    [Theory]
    [InlineData("70%", 7, 10)]
    [InlineData("12.5%", 1, 8)]
    [InlineData("7/10", 7, 10)]
    [InlineData("2/4", 1, 2)]
    [InlineData("0%", 0, 1)]
    [InlineData("100%", 1, 1)]
    public void Share_Good_IsInLowestTerms(string text, long numerator, long denominator) =>
        Assert.Equal(new Ratio(numerator, denominator), QuantityParser.Share(text).Value);

    [Theory]
    [InlineData("0.7", DescriptionErrorCode.NotARatio)]
    [InlineData("1/0", DescriptionErrorCode.NotARatio)]
    [InlineData("3/2", DescriptionErrorCode.OutOfRange)]
    [InlineData("0.00000000001%", DescriptionErrorCode.NotExact)]
    public void Share_Bad_HasItsCode(string text, DescriptionErrorCode code) =>
        Assert.Equal(code, QuantityParser.Share(text).Problem!.Value.Code);

    [Theory]
    [InlineData("10GB/s", 10_000_000_000L, true)]
    [InlineData("1M/s", 1_000_000L, false)]
    [InlineData("500k/s", 500_000L, false)]
    [InlineData("100/s", 100L, false)]
    [InlineData("1GiB/s", 1L << 30, true)]
    public void Rate_Good_IsExact(string text, long value, bool inBytes) =>
        Assert.Equal(new RateText(value, inBytes), QuantityParser.Rate(text).Value);

    [Theory]
    [InlineData("true", true)]
    [InlineData("on", true)]
    [InlineData("no", false)]
    public void Boolean_Good_IsRead(string text, bool value) => Assert.Equal(value, QuantityParser.Boolean(text).Value);

    [Fact]
    public void Boolean_Capitals_AreNot() =>
        Assert.Equal(DescriptionErrorCode.NotABoolean, QuantityParser.Boolean("True").Problem!.Value.Code);

    [Fact]
    public void Size_OfPrintedSize_IsTheSame() =>
        Prop.ForAll<ulong>(bytes => QuantityParser.Size(new ByteSize(bytes).ToString()).Value.Bytes == bytes).QuickCheckThrowOnFailure();

    [Fact]
    public void Duration_OfPrintedDuration_IsTheSame() =>
        Prop.ForAll<long>(value => QuantityParser.Duration(new SimDuration(value & long.MaxValue).ToString())
            .Value.Femtoseconds == (value & long.MaxValue)).QuickCheckThrowOnFailure();

    [Fact]
    public void Address_OfPrintedAddress_IsTheSame() =>
        Prop.ForAll<ulong>(value => QuantityParser.Address(new Hpa(value).ToString()).Value.Value == value).QuickCheckThrowOnFailure();

    [Fact]
    public void Integer_OfPrintedInteger_IsTheSame() =>
        Prop.ForAll<ulong>(value => QuantityParser.Integer(value.ToString(CultureInfo.InvariantCulture)).Value == value)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Parsers_AnyText_DoNotThrow() => Prop.ForAll<string?>(text =>
    {
        string some = text ?? "";
        _ = (QuantityParser.Size(some), QuantityParser.Duration(some), QuantityParser.Address(some), QuantityParser.Share(some),
            QuantityParser.Rate(some));
        _ = (QuantityParser.Integer(some), QuantityParser.Boolean(some), QuantityParser.Bandwidth(some), QuantityParser.LinkRate(some),
            QuantityParser.LinkWidth(some));
        return true;
    }).QuickCheckThrowOnFailure();
}
