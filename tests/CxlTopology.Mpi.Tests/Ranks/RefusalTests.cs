using CxlTopology.Cli.Tests;

namespace CxlTopology.Mpi.Tests;

/// <summary>What all ranks find wrong is not said by each of them, and has the exit code of one process.</summary>
[Trait("Needs", "mpirun")]
public sealed class RefusalTests
{
    [MpirunFact]
    public void Run_OfAWrongFile_SaysSoOnce()
    {
        using var folder = new TestFolder();
        string file = folder.WriteTopology("nonsense: 1");

        Once(Mpirun.Command(3, "run", file).Exits(3), "nonsense: 1");
    }

    [MpirunFact]
    public void Run_OfAMissingFile_SaysSoOnce() => Once(Mpirun.Command(3, "run", "no-such.yaml").Exits(3), "no-such.yaml");

    [MpirunFact]
    public void Run_WithWorkers_SaysSoOnce() => Once(Mpirun.Command(2, "run", "topologies/quickstart.yaml", "--workers", "2").Exits(2), "--workers 2");

    [MpirunFact]
    public void Run_OfStandardInput_SaysSoOnce() => Once(Mpirun.Command(2, "run", "-").Exits(2), "standard input reaches one of the 2 ranks only");

    [MpirunFact]
    public void Run_WithAnUnknownOption_SaysSoAsOneProcess() =>
        Assert.Contains("--nonsense", Mpirun.Command(2, "run", "topologies/quickstart.yaml", "--nonsense").Exits(2).Error, StringComparison.Ordinal);

    private static void Once(CliResult result, string what)
    {
        Assert.Equal(1, result.Error.Split(what).Length - 1);
        Assert.Empty(result.Output);
    }
}
