using System.Diagnostics;
using CxlTopology.Cli.Tests;

namespace CxlTopology.Mpi.Tests;

/// <summary>A run that is ended from outside, by signals or by the death of a rank: all ends soon, something is said, and nothing is left running.</summary>
[Trait("Needs", "mpirun")]
public sealed class EndingTests
{
    private const double RunningSeconds = 1.2;
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(10);

    [MpirunTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Signal_ToMpirun_EndsAllWithWhatThereIs(string signal)
    {
        using var folder = new TestFolder();
        (CliResult result, TimeSpan took) = End(
            Mpirun.Start(2, Cli.Tests.Cli.Program, "run", folder.WriteEndless(), "-o", "json", "--quiet"), 2, (mpirun, _) => RankProcesses.Signal(mpirun.Id, signal));

        Assert.NotEqual(0, result.ExitCode);
        Assert.InRange(took, TimeSpan.Zero, soon);
        Assert.True(result.Json.GetProperty("partial").GetBoolean());
        Assert.True(result.Json.GetProperty("transactions").GetInt64() > 0);
        Assert.Equal(2, result.Error.Split("cxltopo: stopping").Length); // said by rank 0 alone
    }

    [MpirunTheory]
    [InlineData(0)]
    [InlineData(1)]
    public void Rank_OfTheCommandThatIsKilled_EndsAll(int rank)
    {
        using var folder = new TestFolder();
        (CliResult result, TimeSpan took) = End(
            Mpirun.Start(2, Cli.Tests.Cli.Program, "run", folder.WriteEndless(), "-o", "json", "--quiet"), 2, (_, ranks) => ranks.SignalRank(rank, "KILL"));

        IsToldOf(result, took, rank);
    }

    [MpirunTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void Rank_OfARelayThatIsKilled_EndsAll(int rank)
    {
        (CliResult result, TimeSpan took) = End(Mpirun.Start(3, Mpirun.Program, "relay", "endless"), 3, (_, ranks) => ranks.SignalRank(rank, "KILL"));

        IsToldOf(result, took, rank);
        Assert.Equal(3, result.OutputLines.Count(line => line.StartsWith("process ", StringComparison.Ordinal)));
    }

    private static void IsToldOf(CliResult result, TimeSpan took, int rank)
    {
        Assert.Equal(137, result.ExitCode);
        Assert.InRange(took, TimeSpan.Zero, soon);
        Assert.Contains($"rank {rank} with PID", result.Error, StringComparison.Ordinal);
        Assert.Contains("exited on signal 9", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Waits until a run is in its middle, ends it, and makes sure that its ranks are gone.</summary>
    private static (CliResult Result, TimeSpan Took) End(Process started, int ranks, Action<Process, RankProcesses> end)
    {
        using Process mpirun = started;
        try
        {
            using RankProcesses running = RankProcesses.WaitUntilTheyRun(mpirun, ranks, RunningSeconds);
            var clock = Stopwatch.StartNew();
            end(mpirun, running);
            CliResult result = Cli.Tests.Cli.Finish(mpirun, "");
            TimeSpan took = clock.Elapsed;
            Assert.True(running.AllEndWithin(soon), "a rank runs on");
            return (result, took);
        }
        finally
        {
            if (!mpirun.HasExited)
                mpirun.Kill(entireProcessTree: true);
        }
    }
}
