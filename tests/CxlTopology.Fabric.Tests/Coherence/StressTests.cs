namespace CxlTopology.Fabric.Tests;

/// <summary>Half of the random stress: ten million accesses with that of <see cref="LongStressTests"/>.</summary>
public sealed class StressTests
{
    [Theory]
    [InlineData(StressVariant.Caches, 1)]
    [InlineData(StressVariant.HostWithoutCache, 2)]
    [InlineData(StressVariant.DevicesWithoutCache, 3)]
    [InlineData(StressVariant.DeviceBias, 4)]
    [InlineData(StressVariant.FlipOnAccess, 9)]
    [InlineData(StressVariant.Push, 10)]
    [InlineData(StressVariant.Update, 11)]
    [InlineData(StressVariant.Through, 12)]
    [InlineData(StressVariant.Ordered, 13)]
    [InlineData(StressVariant.OneSet, 14)]
    public void Stress_OfFewLines_KeepsThemCoherent(StressVariant variant, int seed)
    {
        StressOutcome outcome = StressRun.Of(variant, (ulong)seed, 300_000);

        Assert.Empty(outcome.All);
        Assert.True(outcome.Checker.Reads > 100_000, $"{outcome.Checker.Reads} reads were judged");
    }

    [Theory]
    [InlineData(StressVariant.Caches)]
    [InlineData(StressVariant.DeviceBias)]
    public void Stress_OnTwoWorkers_HasTheSameDigest(StressVariant variant)
    {
        Assert.Equal(StressRun.Of(variant, 7, 20_000).Digest, StressRun.Of(variant, 7, 20_000, workers: 2).Digest);
    }
}
