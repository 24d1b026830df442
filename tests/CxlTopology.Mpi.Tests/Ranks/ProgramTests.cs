using CxlTopology.Cli.Tests;

namespace CxlTopology.Mpi.Tests;

/// <summary>The kernel over ranks: toys give what they give in one process, batches of any size come through, and what goes wrong ends all ranks with what there is.</summary>
[Trait("Needs", "mpirun")]
public sealed class ProgramTests
{
    [MpirunTheory]
    [InlineData("ring", 2)]
    [InlineData("ring", 5)]
    [InlineData("cargo", 3)]
    [InlineData("failures", 2)]
    public void Toy_OnRanks_GivesTheResultOfOneProcess(string name, int ranks) =>
        Assert.Equal(Mpirun.Mode(0, "toy", name).Exits(0).Output, Mpirun.Mode(ranks, "toy", name).Exits(0).Output);

    [MpirunFact]
    public void Relay_OnMoreRanksThanComponents_GivesTheResultOfOneProcess() =>
        Assert.Equal(Mpirun.Mode(0, "relay", "none").Exits(0).Output, Mpirun.Mode(4, "relay", "none").Exits(0).Output);

    [MpirunFact]
    public void Batches_OfManyMebibytes_ComeThroughInParts() =>
        Assert.Equal(Mpirun.Mode(0, "large", "24").Exits(0).Output, Mpirun.Mode(3, "large", "24").Exits(0).Output);

    [MpirunTheory]
    [InlineData(2, 100_000)]
    [InlineData(3, 5_000)]
    public void Exchanges_EmptyAndSmallInTurn_BringWhatWasSent(int ranks, int times) =>
        Assert.Equal($"exchanges {times}\n", Mpirun.Mode(ranks, "exchange", times.ToString("d", null)).Exits(0).Output);

    [MpirunFact]
    public void Actor_ThatThrowsOnAnotherRank_FailsTheRunAsInOneProcess()
    {
        CliResult result = Mpirun.Mode(2, "relay", "throw").Exits(70);

        Assert.Equal(Mpirun.Mode(0, "relay", "throw").Exits(70).Output, result.Output);
        Assert.Contains("failure runner1 failed at 62500ns", result.Output, StringComparison.Ordinal);
    }

    [MpirunFact]
    public void Engine_ThatBreaksOnAnotherRank_EndsAllWithWhatThereIs()
    {
        CliResult result = Mpirun.Mode(3, "relay", "break").Exits(70);

        Assert.Contains("outcome Failed\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("events 5000\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("broken Process 1 met InvariantException: A Version would cross to another process, and has no codec.\n", result.Output, StringComparison.Ordinal);
    }

    [MpirunFact]
    public void Ranks_ThatRunSomethingElse_AreRefused()
    {
        CliResult result = Mpirun.Mode(2, "differ").Exits(70);

        Assert.Contains("WiringException: Process ", result.Error, StringComparison.Ordinal);
        Assert.Contains("runs something else than process", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
