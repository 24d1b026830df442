namespace CxlTopology.Simulation.Tests.Pages;

/// <summary>Files of the repository, found from where the tests run.</summary>
internal static class Repository
{
    /// <summary>The text of a file, with the path from the repository's top.</summary>
    public static string Read(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, path)).ReplaceLineEndings("\n");
        }

        throw new FileNotFoundException($"No folder above {AppContext.BaseDirectory} holds CxlTopology.sln, so {path} cannot be read.");
    }

    /// <summary>The first fenced block of a language in a page.</summary>
    public static string Block(string page, string language)
    {
        string opening = $"\n```{language}\n";
        int start = page.IndexOf(opening, StringComparison.Ordinal);
        int end = start < 0 ? -1 : page.IndexOf("\n```", start + opening.Length, StringComparison.Ordinal);
        return end < 0 ? throw new FormatException($"The page has no {language} block.") : page[(start + opening.Length)..end];
    }
}
