using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Time;

public sealed class SimTimeTests
{
    [Theory]
    [InlineData(0, "0ns")]
    [InlineData(1, "1fs")]
    [InlineData(1_000, "1ps")]
    [InlineData(1_062_500, "1062500fs")]
    [InlineData(1_062_000, "1062ps")]
    [InlineData(25_000_000, "25ns")]
    [InlineData(40_000_000_000, "40us")]
    [InlineData(40_001_000_000, "40001ns")]
    [InlineData(3_000_000_000_000, "3ms")]
    [InlineData(7_000_000_000_000_000, "7s")]
    [InlineData(-25_000_000, "-25ns")]
    [InlineData(long.MaxValue, "9223372036854775807fs")]
    public void ToString_IsTheLargestExactUnit(long femtoseconds, string expected)
    {
        Assert.Equal(expected, new SimDuration(femtoseconds).ToString());
        Assert.Equal(expected, new SimTime(femtoseconds).ToString());
    }

    [Fact]
    public void From_EachUnit_IsAThousandOfTheOneBelow()
    {
        Assert.Equal(1_000, SimDuration.FromPicoseconds(1).Femtoseconds);
        Assert.Equal(SimDuration.FromPicoseconds(1_000), SimDuration.FromNanoseconds(1));
        Assert.Equal(SimDuration.FromNanoseconds(1_000), SimDuration.FromMicroseconds(1));
        Assert.Equal(SimDuration.FromMicroseconds(1_000), SimDuration.FromMilliseconds(1));
        Assert.Equal(SimDuration.FromMilliseconds(1_000), SimDuration.FromSeconds(1));
    }

    [Fact]
    public void From_OutOfRange_Overflows()
    {
        Assert.Equal(9_223, SimDuration.FromSeconds(9_223).TotalSeconds);
        Assert.Throws<OverflowException>(() => SimDuration.FromSeconds(9_224));
        Assert.Throws<OverflowException>(() => SimDuration.FromPicoseconds(long.MaxValue));
    }

    [Fact]
    public void Arithmetic_IsThatOfFemtoseconds() =>
        Prop.ForAll<int, int>((a, b) =>
            new SimDuration(a) + new SimDuration(b) == new SimDuration((long)a + b)
            && new SimDuration(a) - new SimDuration(b) == new SimDuration((long)a - b)
            && new SimDuration(a) * b == new SimDuration((long)a * b)
            && (b == 0 || new SimDuration(a) / b == new SimDuration((long)a / b))
            && new SimTime(a) + new SimDuration(b) == new SimTime((long)a + b)
            && new SimTime(a) - new SimTime(b) == new SimDuration((long)a - b)).QuickCheckThrowOnFailure();

    [Fact]
    public void Comparison_IsThatOfFemtoseconds() =>
        Prop.ForAll<long, long>((a, b) =>
            (new SimDuration(a) < new SimDuration(b)) == (a < b)
            && (new SimDuration(a) > new SimDuration(b)) == (a > b)
            && (new SimDuration(a) <= new SimDuration(b)) == (a <= b)
            && (new SimDuration(a) >= new SimDuration(b)) == (a >= b)
            && new SimDuration(a).CompareTo(new SimDuration(b)) == a.CompareTo(b)
            && (new SimTime(a) < new SimTime(b)) == (a < b)
            && (new SimTime(a) > new SimTime(b)) == (a > b)
            && (new SimTime(a) <= new SimTime(b)) == (a <= b)
            && (new SimTime(a) >= new SimTime(b)) == (a >= b)
            && new SimTime(a).CompareTo(new SimTime(b)) == a.CompareTo(b)).QuickCheckThrowOnFailure();

    [Fact]
    public void Arithmetic_PastTheRange_Overflows()
    {
        Assert.Throws<OverflowException>(() => SimDuration.MaxValue + new SimDuration(1));
        Assert.Throws<OverflowException>(() => new SimDuration(long.MinValue) - new SimDuration(1));
        Assert.Throws<OverflowException>(() => SimDuration.MaxValue * 2);
        Assert.Throws<OverflowException>(() => SimTime.MaxValue + new SimDuration(1));
        Assert.Throws<DivideByZeroException>(() => SimDuration.MaxValue / 0);
    }

    [Fact]
    public void Default_IsZero()
    {
        Assert.Equal(SimDuration.Zero, default);
        Assert.Equal(SimTime.Zero, default);
    }

    [Fact]
    public void Totals_AreForDisplay()
    {
        Assert.Equal(1.0625, new SimDuration(1_062_500).TotalNanoseconds);
        Assert.Equal(0.5, SimDuration.FromMilliseconds(500).TotalSeconds);
        Assert.Equal(40_000, (SimTime.Zero + SimDuration.FromMicroseconds(40)).TotalNanoseconds);
    }
}
