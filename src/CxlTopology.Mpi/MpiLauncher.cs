using System.Globalization;

namespace CxlTopology.Mpi;

/// <summary>What the environment tells of who started this process: <c>mpirun</c>, as one of several ranks, or nobody in particular.</summary>
/// <param name="Rank">The number of this process, from 0.</param>
/// <param name="Size">How many there are.</param>
/// <param name="IsOpenMpi">Whether Open MPI started them; another launcher's ranks cannot talk to each other here.</param>
public sealed record MpiLauncher(int Rank, int Size, bool IsOpenMpi)
{
    /// <summary>Reads the environment; null if no MPI launcher started this process.</summary>
    public static MpiLauncher? Detect() => Detect(Environment.GetEnvironmentVariable);

    /// <summary>The same, from any environment.</summary>
    public static MpiLauncher? Detect(Func<string, string?> variable) =>
        Read(variable("OMPI_COMM_WORLD_RANK"), variable("OMPI_COMM_WORLD_SIZE"), true)
        ?? Read(variable("PMI_RANK"), variable("PMI_SIZE"), false);

    private static MpiLauncher? Read(string? rank, string? size, bool isOpenMpi) =>
        int.TryParse(rank, NumberStyles.None, CultureInfo.InvariantCulture, out int r)
        && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int s) && r < s
            ? new MpiLauncher(r, s, isOpenMpi)
            : null;
}
