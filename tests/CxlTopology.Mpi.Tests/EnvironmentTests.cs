using CxlTopology.Cli.Tests;

namespace CxlTopology.Mpi.Tests;

/// <summary>The command as a rank where MPI cannot be used, or was asked for what ranks cannot do. No mpirun is needed: its environment is.</summary>
public sealed class EnvironmentTests
{
    private const string Run = "$CXLTOPO run topologies/quickstart.yaml --quiet";
    private const string Library = "libmpi.so.40";

    [Fact]
    public void Run_WithoutTheLibrary_NamesThePackages()
    {
        using var folder = new TestFolder();
        folder.Write(Library, "no library"u8.ToArray()); // found before any other, and refused by the loader

        CliResult result = Rank(0, 2, Run, folder).Exits(2);

        Assert.Equal(
            "cxltopo: rank 0 of 2 MPI ranks: The MPI library libmpi.so.40 cannot be loaded. Install Open MPI: apt-get install openmpi-bin libopenmpi-dev (Debian, Ubuntu).",
            Assert.Single(result.ErrorLines));
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Run_WithoutTheLibrary_IsSaidByEveryRank()
    {
        using var folder = new TestFolder();
        folder.Write(Library, "no library"u8.ToArray());

        // It may be missing on this rank's machine alone.
        CliResult result = Rank(1, 2, Run, folder).Exits(2);

        Assert.StartsWith("cxltopo: rank 1 of 2 MPI ranks: The MPI library libmpi.so.40 cannot be loaded.", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAnotherLibrary_SaysWhatIsMissing()
    {
        using var folder = new TestFolder();
        string other = File.ReadLines("/proc/self/maps").First(line => line.EndsWith("/libc.so.6", StringComparison.Ordinal));
        File.CreateSymbolicLink(Path.Combine(folder.Path, Library), other[other.IndexOf('/', StringComparison.Ordinal)..]);

        CliResult result = Rank(0, 2, Run, folder).Exits(2);

        Assert.EndsWith(
            "has no symbol ompi_mpi_comm_world: it is not Open MPI's. Install openmpi-bin and libopenmpi-dev.", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ByAnotherLauncher_IsRefused()
    {
        CliResult result = Cli.Tests.Cli.Shell(Run, ("PMI_RANK", "0"), ("PMI_SIZE", "2")).Exits(2);

        Assert.Equal(
            "cxltopo: started as one of 2 ranks by an MPI launcher that is not Open MPI's; use the mpirun of Debian's openmpi-bin.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void Run_ByAnotherLauncher_IsRefusedOnce() => Assert.Equal("", Cli.Tests.Cli.Shell(Run, ("PMI_RANK", "1"), ("PMI_SIZE", "2")).Error);

    [Theory]
    [InlineData("OMPI_COMM_WORLD")]
    [InlineData("PMI")]
    public void Run_AsTheOnlyRank_IsARunLikeAnyOther(string prefix)
    {
        CliResult result = Cli.Tests.Cli.Shell(Run + " -o json --until 10us", (prefix + "_RANK", "0"), (prefix + "_SIZE", "1"));

        Assert.Equal("embedded", result.Json.GetProperty("engine").GetString());
    }

    [Fact]
    public void Run_WithWorkers_IsRefused() => Assert.Equal(
        "cxltopo: --workers 2: each of the 3 ranks runs one partition with one worker. Leave it out.", Assert.Single(Rank(0, 3, Run + " --workers 2").Exits(2).ErrorLines));

    [Fact]
    public void Run_OfStandardInput_IsRefused() => Assert.Equal(
        "cxltopo: standard input reaches one of the 3 ranks only; give the topology as a file that all can read.", Assert.Single(Rank(0, 3, "$CXLTOPO run -").Exits(2).ErrorLines));

    [Theory]
    [InlineData("$CXLTOPO run topologies/quickstart.yaml --workers 2")]
    [InlineData("$CXLTOPO run -")]
    [InlineData("$CXLTOPO run topologies/quickstart.yaml --until 10")]
    public void Run_ThatIsRefused_IsRefusedOnce(string command) => Assert.Equal("", Rank(2, 3, command).Error);

    private static CliResult Rank(int rank, int size, string command, TestFolder? libraries = null) => Cli.Tests.Cli.Shell(
        command, ("OMPI_COMM_WORLD_RANK", rank.ToString("d", null)), ("OMPI_COMM_WORLD_SIZE", size.ToString("d", null)), ("LD_LIBRARY_PATH", libraries?.Path ?? ""));
}
