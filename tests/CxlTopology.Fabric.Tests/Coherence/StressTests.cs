namespace CxlTopology.Fabric.Tests;

/// <summary>Half of the random stress, and that it sees bugs: ten million accesses with that of <see cref="LongStressTests"/>.</summary>
public sealed class StressTests
{
    [Theory]
    [InlineData(StressVariant.Caches, 1)]
    [InlineData(StressVariant.HostWithoutCache, 2)]
    [InlineData(StressVariant.DevicesWithoutCache, 3)]
    [InlineData(StressVariant.DeviceBias, 4)]
    [InlineData(StressVariant.FlipOnAccess, 9)]
    [InlineData(StressVariant.OneSet, 10)]
    public void Stress_OfFewLines_KeepsThemCoherent(StressVariant variant, int seed)
    {
        (CoherenceChecker checker, _) = StressRun.Of(variant, (ulong)seed, 400_000);

        Assert.Null(checker.FirstState);
        Assert.Null(checker.FirstRead);
        Assert.True(checker.Reads > 100_000, $"{checker.Reads} reads were judged");
    }

    [Theory]
    [InlineData(nameof(CoherenceFault.LostSnoop))]
    [InlineData(nameof(CoherenceFault.StaleGo))]
    [InlineData(nameof(CoherenceFault.MissedInvalidate))]
    [InlineData(nameof(CoherenceFault.WrongMetaValue))]
    [InlineData(nameof(CoherenceFault.DroppedWriteBack))]
    [InlineData(nameof(CoherenceFault.IgnoredConflict))]
    public void Stress_WithABugInTheProtocol_IsSeenByTheChecker(string fault)
    {
        (CoherenceChecker checker, _) = StressRun.Of(StressVariant.Caches, 1, 20_000, Enum.Parse<CoherenceFault>(fault));

        Assert.True(checker.StateViolations + checker.ReadViolations > 0, $"{checker.States} states and {checker.Reads} reads looked right");
    }

    [Theory]
    [InlineData(StressVariant.Caches)]
    [InlineData(StressVariant.DeviceBias)]
    public void Stress_OnTwoWorkers_HasTheSameDigest(StressVariant variant)
    {
        Assert.Equal(StressRun.Of(variant, 7, 20_000).Digest, StressRun.Of(variant, 7, 20_000, workers: 2).Digest);
    }
}
