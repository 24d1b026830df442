namespace CxlTopology.Mpi.Tests;

/// <summary>What the environment says of who started a process.</summary>
public sealed class LauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD", "0", "1", 0, 1, true)]
    [InlineData("OMPI_COMM_WORLD", "1", "2", 1, 2, true)]
    [InlineData("OMPI_COMM_WORLD", "63", "64", 63, 64, true)]
    [InlineData("PMI", "0", "2", 0, 2, false)]
    [InlineData("PMI", "7", "8", 7, 8, false)]
    public void Detect_OfALauncher_GivesRankAndSize(string prefix, string rank, string size, int expectedRank, int expectedSize, bool isOpenMpi) =>
        Assert.Equal(new MpiLauncher(expectedRank, expectedSize, isOpenMpi), Detect((prefix + "_RANK", rank), (prefix + "_SIZE", size)));

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData(null, "2")]
    [InlineData("", "")]
    [InlineData("2", "2")]
    [InlineData("3", "2")]
    [InlineData("-1", "2")]
    [InlineData("0", "0")]
    [InlineData(" 0", "2")]
    [InlineData("0", "2 ")]
    [InlineData("one", "two")]
    [InlineData("0x0", "2")]
    [InlineData("0", "99999999999")]
    public void Detect_OfAnythingElse_GivesNothing(string? rank, string? size)
    {
        Assert.Null(Detect(("OMPI_COMM_WORLD_RANK", rank), ("OMPI_COMM_WORLD_SIZE", size)));
        Assert.Null(Detect(("PMI_RANK", rank), ("PMI_SIZE", size)));
    }

    [Fact]
    public void Detect_OfBoth_TakesOpenMpi() => Assert.Equal(
        new MpiLauncher(1, 4, true), Detect(("OMPI_COMM_WORLD_RANK", "1"), ("OMPI_COMM_WORLD_SIZE", "4"), ("PMI_RANK", "0"), ("PMI_SIZE", "2")));

    [Fact]
    public void Detect_OfAHalfSetOpenMpi_TakesTheOther() => Assert.Equal(
        new MpiLauncher(0, 2, false), Detect(("OMPI_COMM_WORLD_RANK", "1"), ("PMI_RANK", "0"), ("PMI_SIZE", "2")));

    [Fact]
    public void Detect_OfTheseTests_GivesNothing() => Assert.Null(MpiLauncher.Detect());

    private static MpiLauncher? Detect(params (string Name, string? Value)[] environment) =>
        MpiLauncher.Detect(name => environment.FirstOrDefault(variable => variable.Name == name).Value);
}
