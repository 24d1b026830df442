namespace CxlTopology.Simulation.Tests.Determinism;

/// <summary>The negative control: without the rule for ties the same sweep must tell runs apart, or equal digests prove nothing.</summary>
public sealed class TieRuleTests
{
    private static readonly SimulationOptions[] Ways =
    [
        new() { BucketShift = 19 },
        new() { BucketShift = 22 },
        new() { Workers = 2, MessagesPerWindowMin = 0, OwnerOf = place => place % 2 },
        new() { Workers = 3, MessagesPerWindowMin = 0, OwnerOf = place => place / 8 },
        new() { Workers = 2, MessagesPerWindowMin = 0, OwnerOf = place => place % 2, BucketShift = 19 },
    ];

    [Fact]
    public void Run_WithoutTheTieRule_DependsOnHowItIsRun()
    {
        ulong[] digests = [.. Ways.Select(way => Sweep.Run("ring", way with { IgnoreTieRule = true }).Digest).Distinct()];

        Assert.True(digests.Length > 2, $"{Ways.Length} ways to run gave only {digests.Length} digests");
    }

    [Fact]
    public void Run_WithTheTieRule_DoesNot() => Assert.Single(Ways.Select(way => Sweep.Run("ring", way).Digest).Distinct());

    [Fact]
    public void Run_OfLongTurnsWithoutTheTieRule_DiffersFromTheRun() =>
        Assert.NotEqual(
            Sweep.Run("hub", new SimulationOptions()).Digest,
            Sweep.Run("hub", new SimulationOptions { IgnoreTieRule = true }).Digest);
}
