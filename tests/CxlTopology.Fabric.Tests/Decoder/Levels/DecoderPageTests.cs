using System.Globalization;
using System.Text;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The table of causes and levels in docs/hdm-decoder.md is that of the tests; <c>UPDATE_GOLDEN=1</c> rewrites it.</summary>
public sealed class DecoderPageTests
{
    private const string Start = "<!-- table -->\n";
    private const string End = "<!-- end of table -->";

    [Fact]
    public void Table_OfThePage_IsThatOfTheTests()
    {
        string path = PathOf("docs", "hdm-decoder.md");
        string page = File.ReadAllText(path);
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int to = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= Start.Length && to >= from, "The page has no place for its table.");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, page[..from] + "\n" + Table() + "\n" + page[to..]);
        else
            Assert.Equal("\n" + Table() + "\n", page[from..to]);
    }

    private static string Table()
    {
        var text = new StringBuilder("| code | reason | host bridge | switch | second switch | type 3 | type 2 |\n|---|---|---|---|---|---|---|\n");
        List<string> notes = [];
        foreach (CommitRefusal cause in IllegalCommit.Causes)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {(int)cause} | {HdmCommitCheck.Describe(cause)} |");
            foreach (DecoderLevel level in LevelBench.Levels)
            {
                IllegalCommit[] ways = [.. IllegalCommit.All.Where(c => c.Reason == cause && c.Level == level)];
                if (ways[0].Unreachable is not { } why)
                {
                    text.Append(CultureInfo.InvariantCulture, $" {ways.Length} |");
                    continue;
                }

                if (!notes.Contains(why))
                    notes.Add(why);
                text.Append(CultureInfo.InvariantCulture, $" – ({notes.IndexOf(why) + 1}) |");
            }

            text.Append('\n');
        }

        text.Append('\n').Append("Where there is a dash registers cannot bring the cause about:\n\n");
        for (int i = 0; i < notes.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. {notes[i]}.\n");
        return text.ToString();
    }

    private static string PathOf(string folder, string file)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "CxlTopology.sln")))
            at = at.Parent;
        return Path.Combine(at?.FullName ?? throw new InvalidOperationException("The tests do not run inside the working copy."), folder, file);
    }
}
