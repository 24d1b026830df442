namespace CxlTopology.Fabric.Tests;

/// <summary>The other half of the random stress, in a class of its own: classes run side by side.</summary>
public sealed class LongStressTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Stress_OfFewLines_KeepsThemCoherent(int seed)
    {
        StressOutcome outcome = StressRun.Of(StressVariant.Caches, (ulong)seed, 440_000);

        Assert.Empty(outcome.All);
        Assert.True(outcome.Checker.Reads > 400_000, $"{outcome.Checker.Reads} reads were judged");
    }
}
