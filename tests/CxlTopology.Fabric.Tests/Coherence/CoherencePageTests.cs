using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>docs/coherence.md is what the tables print; <c>UPDATE_GOLDEN=1</c> rewrites it.</summary>
public sealed class CoherencePageTests
{
    [Fact]
    public void Page_OfTheProtocol_IsPrintedFromItsTables()
    {
        string path = Path.Combine(Top(), "docs", "coherence.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, CoherenceDocument.Text());

        Assert.Equal(CoherenceDocument.Text(), File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Top()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds CxlTopology.sln.");
        return folder.FullName;
    }
}
