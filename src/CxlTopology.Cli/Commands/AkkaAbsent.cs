#if !WITH_AKKA
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Commands;

/// <summary>What stands for Akka.NET in a build without it.</summary>
internal static class AkkaRun
{
    public static int Run(ClusterRequest request, string file, ExperimentOptions options, TimeSpan? limit, bool json, string? folder, bool quiet) => throw Absent("--nodes");

    public static int RunHosted(string file, ExperimentOptions options, TimeSpan? limit, bool json, string? folder, bool quiet) => throw Absent("--engine akka");

    public static int Serve(ClusterRequest request, bool once, bool tied, bool quiet) => throw Absent("node");

    private static UserErrorException Absent(string what) => new(
        ExitCode.Usage, $"cxltopo: {what}: this build has no Akka.NET. Build with -p:WithAkka=true where its packages can be had.");
}
#endif
