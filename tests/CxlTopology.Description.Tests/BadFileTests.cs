using System.Globalization;

namespace CxlTopology.Description.Tests;

/// <summary>Every file in bad/ begins with a comment that lists its errors as code:line:column; no more and no fewer may come.</summary>
public sealed class BadFileTests
{
    private const string Header = "# expect: ";

    private static string Folder => Repository.Folder("tests", "CxlTopology.Description.Tests", "bad");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_BadFile_ReportsExactlyItsErrors(string file)
    {
        string path = Path.Combine(Folder, file);
        string first = File.ReadLines(path).First();
        Assert.StartsWith(Header, first, StringComparison.Ordinal);

        DescriptionResult result = TopologyFile.Load(path);

        Assert.Null(result.Model);
        string[] expected = [.. first[Header.Length..].Split(' ').Order(StringComparer.Ordinal)];
        string[] actual = [.. result.Errors.Select(error =>
            string.Create(CultureInfo.InvariantCulture, $"{error.Id}:{error.Line}:{error.Column}")).Order(StringComparer.Ordinal)];
        Assert.True(expected.SequenceEqual(actual),
            $"expected {string.Join(' ', expected)}\nactual   {string.Join(' ', actual)}\n{string.Join("\n", result.Errors)}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_BadFile_RendersWithinBounds(string file)
    {
        foreach (DescriptionError error in TopologyFile.Load(Path.Combine(Folder, file)).Errors)
        {
            Assert.DoesNotContain('\n', error.Message);
            Assert.EndsWith(".", error.Help.TrimEnd('?') + (error.Help.EndsWith('?') ? "." : ""), StringComparison.Ordinal);
            Assert.All(error.Render().Split('\n').Skip(1).Take(2), line => Assert.True(line.Length <= 4 + 120 + 20, line));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Parse_BadFileCutOrJoined_NeverThrows(string file)
    {
        string text = File.ReadAllText(Path.Combine(Folder, file));
        for (int at = 0; at < text.Length; at += 61)
        {
            Assert.NotNull(TopologyFile.Parse(text[..at], file));
            Assert.NotNull(TopologyFile.Parse(text[at..], file));
            Assert.NotNull(TopologyFile.Parse(text.Remove(at, Math.Min(7, text.Length - at)), file));
        }
    }

    [Fact]
    public void Files_BadFolder_CoversEveryCodeButThoseOfBytes()
    {
        HashSet<string> covered = [.. Directory.GetFiles(Folder, "*.yaml")
            .SelectMany(path => File.ReadLines(path).First()[Header.Length..].Split(' ')).Select(entry => entry[..7])];

        // These need bytes, sizes or amounts that are made by SourceLoaderTests and YamlBoundsTests.
        HashSet<string> elsewhere = ["CXT0001", "CXT0002", "CXT0003", "CXT0012", "CXT0016"];
        string[] missing = [.. Enum.GetValues<DescriptionErrorCode>().Where(code => code != DescriptionErrorCode.None)
            .Select(DescriptionError.FormatId).Where(id => !covered.Contains(id) && !elsewhere.Contains(id))];
        Assert.Empty(missing);
    }
}
