namespace CxlTopology.Scenarios.Tests;

/// <summary>Finds folders of the working copy the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Topologies => Path.Combine(Root, "topologies");

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the working copy.");
    }
}
