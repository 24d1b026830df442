using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class CdatScaleTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(65534, 1)]
    [InlineData(65540, 10)]
    [InlineData(150_000, 10)]
    [InlineData(2_000_000_000, 100_000)]
    [InlineData(65535, 65535)]
    [InlineData(2_147_483_647, 2_147_483_647)]
    public void Fit_OneFigure_IsExact(uint value, uint unit)
    {
        CdatScale scale = CdatScale.Fit(value);
        Assert.Equal((unit, 0u), (scale.BaseUnit, scale.ErrorMax));
        Assert.Equal(value, scale.Encode(value) * scale.BaseUnit);
    }

    [Fact]
    public void Fit_CommonDivisor_IsExact()
    {
        CdatScale scale = CdatScale.Fit(7 * 65534, 7 * 3);
        Assert.Equal((7u, 0u), (scale.BaseUnit, scale.ErrorMax));
    }

    [Fact]
    public void Fit_FiguresTooFarApart_RoundsUpAndSaysByHowMuch()
    {
        CdatScale scale = CdatScale.Fit(200_001, 3);
        Assert.Equal((4u, 3u), (scale.BaseUnit, scale.ErrorMax));
        Assert.Equal(50001, scale.Encode(200_001));
        Assert.Equal(1, scale.Encode(3));
    }

    [Fact]
    public void Fit_NoFigure_EncodesZero()
    {
        Assert.Equal(0, CdatScale.Fit().Encode(0));
        Assert.Equal(0, default(CdatScale).Encode(0));
    }

    [Fact]
    public void Fit_FigureTooLarge_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => CdatScale.Fit(CdatScale.ValueMax + 1));

    [Fact]
    public void Encode_FigureTheScaleIsTooFineFor_Throws()
    {
        CdatScale scale = CdatScale.Fit(100);
        Assert.Equal(65534, scale.Encode(65534));
        Assert.Throws<ArgumentOutOfRangeException>(() => scale.Encode(65535));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(CdatScale).Encode(1));
    }

    [Theory]
    [InlineData(10UL, 0, 0)]
    [InlineData(10UL, 65535, 0)]
    [InlineData(10UL, 65534, 655340)]
    [InlineData(0xFFFF_FFFFUL, 1, 0xFFFF_FFFF)]
    [InlineData(0x1_0000_0000UL, 1, 0)]
    [InlineData(0x8000_0000UL, 2, 0)]
    [InlineData(0UL, 5, 0)]
    public void Decode_ByTheRulesOfLinux_IsTheProductOrNothing(ulong unit, ushort entry, uint value) =>
        Assert.Equal(value, CdatScale.Decode(unit, entry));

    [Fact]
    public void AnyFigures_ComeBackNoSmallerAndWithinTheError() =>
        Prop.ForAll(
            Figures.ToArbitrary(),
            figures =>
            {
                CdatScale scale = CdatScale.Fit(figures);
                return scale.ErrorMax < scale.BaseUnit && figures.All(figure =>
                {
                    uint decoded = CdatScale.Decode(scale.BaseUnit, scale.Encode(figure));
                    return decoded >= figure && decoded - figure <= scale.ErrorMax;
                });
            })
            .QuickCheckThrowOnFailure();

    private static Gen<uint[]> Figures { get; } =
        (from value in Gen.Choose(0, int.MaxValue) from shift in Gen.Choose(0, 30) select (uint)value >> shift).ArrayOf();
}
