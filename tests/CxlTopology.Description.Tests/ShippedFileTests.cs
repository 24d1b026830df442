namespace CxlTopology.Description.Tests;

public sealed class ShippedFileTests
{
    public static TheoryData<string> Files()
    {
        TheoryData<string> files = [];
        foreach (string path in Directory.GetFiles(Repository.Folder("topologies"), "*.yaml").Order(StringComparer.Ordinal))
            files.Add(Path.GetFileName(path));
        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_ShippedFile_HasNoError(string file)
    {
        DescriptionResult result = TopologyFile.Load(Path.Combine(Repository.Folder("topologies"), file));

        Assert.Equal("", string.Join("\n", result.Errors));
        Assert.NotNull(result.Model);
    }
}
