using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Arithmetic;

public sealed class PortableMathTests
{
    // Any positive normal number: all exponents are as likely as any other.
    private static readonly Gen<double> Positive =
        from exponent in Gen.Choose(1, 2046)
        from high in Gen.Choose(0, (1 << 26) - 1)
        from low in Gen.Choose(0, (1 << 26) - 1)
        select BitConverter.Int64BitsToDouble(((long)exponent << 52) | ((long)high << 26) | (uint)low);

    // Near one the logarithm is small, and a relative error shows.
    private static readonly Gen<double> NearOne =
        from steps in Gen.Choose(-1_000_000, 1_000_000)
        from scale in Gen.Choose(20, 52)
        select 1 + steps * Math.ScaleB(1, -scale);

    [Fact]
    public void Log_OfAnyNumber_IsThatOfTheLibrary() =>
        Prop.ForAll(Positive.ToArbitrary(), IsLog).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Log_NearOne_IsThatOfTheLibrary() =>
        Prop.ForAll(NearOne.Where(x => x > 0).ToArbitrary(), IsLog).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    [InlineData(0.5)]
    [InlineData(0.70710678118654746)]
    [InlineData(0.70710678118654757)]
    [InlineData(1.4142135623730949)]
    [InlineData(1.4142135623730951)]
    [InlineData(1.4142135623730954)]
    [InlineData(2.2250738585072014e-308)]
    [InlineData(double.MaxValue)]
    public void Log_AtAnEdge_IsThatOfTheLibrary(double x) => Assert.True(IsLog(x), $"{PortableMath.Log(x):R} for {Math.Log(x):R}");

    [Fact]
    public void Log_OfOne_IsZero() => Assert.Equal(0.0, PortableMath.Log(1));

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(1e-310)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Log_OutsideItsRange_IsRefused(double x) => Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Log(x));

    private static bool IsLog(double x)
    {
        double expected = Math.Log(x);
        return Math.Abs(PortableMath.Log(x) - expected) <= 1e-15 * Math.Abs(expected);
    }
}
