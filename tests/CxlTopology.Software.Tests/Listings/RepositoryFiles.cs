namespace CxlTopology.Software.Tests.Listings;

internal static class RepositoryFiles
{
    public static string Golden(string name) => File.ReadAllText(Path.Combine(Root(), "tests", "golden", "linux", name + ".json"));

    public static IEnumerable<string> GoldenNames() =>
        Directory.EnumerateFiles(Path.Combine(Root(), "tests", "golden", "linux"), "*.json").Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f));

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run inside the repository.");
    }
}
