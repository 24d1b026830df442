namespace CxlTopology.Fabric.Tests;

/// <summary>The checkers see bugs: each that is built into the protocol on purpose shows in one of some short runs, each of which ends with a look at all tables, and nothing shows without one.</summary>
public sealed class MutationTests
{
    private const int Runs = 80;

    [Theory]
    [InlineData(nameof(CoherenceFault.LostSnoop), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.StaleGo), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.MissedInvalidate), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.WrongMetaValue), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.DroppedWriteBack), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.IgnoredConflict), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.KeptCopy), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.WrongBackInvalidateResponse), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.WrongBlockAnswer), StressVariant.DeviceBias)]
    [InlineData(nameof(CoherenceFault.DirectoryLeak), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.StaleForward), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.UnsharedGrant), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.StaleEviction), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.LostCleanEvict), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.LostPoison), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.LateGo), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.LostWakeUp), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.FilterNotInclusive), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.FlipWithoutFlush), StressVariant.DeviceBias)]
    [InlineData(nameof(CoherenceFault.MissedFlip), StressVariant.DeviceBias)]
    [InlineData(nameof(CoherenceFault.LostUpgrade), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.WrongCompletion), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.LostForward), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.UnaskedWrite), StressVariant.Caches)]
    [InlineData(nameof(CoherenceFault.IgnoredByteEnables), StressVariant.Caches)]
    public void Stress_WithABugInTheProtocol_IsSeenByTheCheckers(string fault, StressVariant variant)
    {
        bool isSeen = false;
        for (ulong seed = 1; seed <= Runs && !isSeen; seed++)
            isSeen = StressRun.Of(variant, seed, AccessesOf(seed), Enum.Parse<CoherenceFault>(fault)).All.Any();

        Assert.True(isSeen);
    }

    [Theory]
    [InlineData(StressVariant.Caches)]
    [InlineData(StressVariant.DeviceBias)]
    public void Stress_WithoutABug_LooksRight(StressVariant variant)
    {
        for (ulong seed = 1; seed <= Runs; seed++)
            Assert.Empty(StressRun.Of(variant, seed, AccessesOf(seed)).All);
    }

    // Some bugs need a rare meeting, and some heal when a line is used again: long runs and short ones.
    private static int AccessesOf(ulong seed) => seed % 2 == 0 ? 6_000 : 100;

    [Fact]
    public void Bugs_AllOfThem_AreTried()
    {
        string[] tried =
        [
            .. typeof(MutationTests).GetMethod(nameof(Stress_WithABugInTheProtocol_IsSeenByTheCheckers))!
                .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(d => (string)d.GetData(null!).First()[0]),
        ];

        Assert.Equal(Enum.GetNames<CoherenceFault>().Except([nameof(CoherenceFault.None)]).Order(), tried.Order());
    }
}
