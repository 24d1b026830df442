using System.Text.RegularExpressions;

namespace CxlTopology.Cli.Tests;

/// <summary>What the pages for people promise is done: commands run, outputs are what they print, files are there.</summary>
/// <remarks>
/// A block marked <c>console</c> has commands behind <c>$</c>, and below each what it prints, shortened by lines of "…"; a block marked
/// <c>sh</c> has a command on every line. <c>UPDATE_GOLDEN=1</c> rewrites the digests that the pages show.
/// </remarks>
public sealed partial class ReadmeTests
{
    private static readonly string[] pages = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/accelerators.md", "docs/guests.md"];
    private static readonly Dictionary<string, CliResult> results = [];

    public static TheoryData<string, string> Commands() =>
        Rows(pages.SelectMany(page => CommandsOf(page).Where(c => !IsBuild(c.Command)).Select(c => (page, c.Command))));

    public static TheoryData<string, string> CommandsWithOutput() =>
        Rows(pages.SelectMany(page => CommandsOf(page).Where(c => c.Shown.Length > 0).Select(c => (page, c.Command))));

    public static TheoryData<string, string> Paths() => Rows(pages.SelectMany(page => PathsOf(page).Select(path => (page, path))));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfAPage_ExitsZero(string page, string command)
    {
        CliResult result = Run(command);

        Assert.True(result.ExitCode == 0, $"{page}: '{command}' ended with {result.ExitCode}\n{result.Error}");
    }

    [Theory]
    [MemberData(nameof(CommandsWithOutput))]
    public void Output_ShownBelowACommand_IsWhatItPrints(string page, string command)
    {
        string[] printed = [.. Run(command).OutputLines.Select(line => line.TrimEnd())];
        string[] shown = CommandsOf(page).First(c => c.Command == command).Shown;
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            shown = UpdateDigest(page, shown, printed);

        int at = 0;
        foreach (string line in shown.Where(line => line != "…"))
        {
            int found = Array.IndexOf(printed, line, at);
            Assert.True(found >= 0,
                $"{page} shows below '{command}' what is not printed, or not here:\n{line}\n--- printed\n{string.Join('\n', printed)}");
            at = found + 1;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Path_NamedInAPage_IsThere(string page, string path)
    {
        string full = Repository.File(path);

        Assert.True(File.Exists(full) || Directory.Exists(full), $"{page} names {path}, which is not in the repository.");
    }

    [Fact]
    public void TopologyFile_OfTheReadme_RunsAsExpected()
    {
        string yaml = Assert.Single(BlocksOf("README.md"), block => block.Language == "yaml").Text;

        CliResult result = Cli.RunWith(yaml, "run", "-", "-o", "json").Exits(0);

        Assert.Equal(2, result.Json.GetProperty("expectations").GetArrayLength());
    }

    [Fact]
    public void TopologyFile_OfThePageOnAccelerators_RunsAsExpected()
    {
        string yaml = Assert.Single(BlocksOf("docs/accelerators.md"), block => block.Language == "yaml").Text;

        CliResult result = Cli.RunWith(yaml, "run", "-", "-o", "json").Exits(0);

        Assert.All(result.Json.GetProperty("expectations").EnumerateArray(), e => Assert.True(e.GetProperty("passed").GetBoolean()));
    }

    private static string Read(string page) => File.ReadAllText(Repository.File(page));

    /// <summary>Building needs the SDK and minutes; what <c>dotnet run</c> starts is run all the same, see <see cref="Run"/>.</summary>
    private static bool IsBuild(string command) => BuildPattern().IsMatch(command);

    private static CliResult Run(string command)
    {
        if (!results.TryGetValue(command, out CliResult? result))
        {
            string built = command.Replace("dotnet run -c Release --project src/CxlTopology.Cli -- ", "cxltopo ", StringComparison.Ordinal);
            results.Add(command, result = Cli.Shell($"cxltopo() {{ $CXLTOPO \"$@\"; }}\n{built}"));
        }

        return result;
    }

    private static string[] UpdateDigest(string page, string[] shown, string[] printed)
    {
        string? now = printed.LastOrDefault(line => DigestPattern().IsMatch(line));
        string? before = shown.LastOrDefault(line => DigestPattern().IsMatch(line));
        if (now is null || before is null)
            return shown;
        File.WriteAllText(Repository.File(page), Read(page).Replace(before, now, StringComparison.Ordinal));
        return [.. shown.Select(line => line == before ? now : line)];
    }

    private static IEnumerable<(string Language, string Text)> BlocksOf(string page) =>
        BlockPattern().Matches(Read(page)).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    private static IEnumerable<(string Command, string[] Shown)> CommandsOf(string page)
    {
        foreach ((string language, string text) in BlocksOf(page))
        {
            if (language == "sh")
            {
                foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    yield return (line, []);
            }
            else if (language == "console")
            {
                foreach (string part in ("\n" + text).Split("\n$ ").Skip(1))
                {
                    string[] lines = part.TrimEnd('\n').Split('\n');
                    yield return (lines[0], lines[1..]);
                }
            }
        }
    }

    /// <summary>Links within the repository, and whatever begins with one of its folders; from the root.</summary>
    private static IEnumerable<string> PathsOf(string page)
    {
        string text = Read(page);
        string folder = Path.GetDirectoryName(page)!;
        IEnumerable<string> links = LinkPattern().Matches(text).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal))
            .Select(link => Path.GetRelativePath(Repository.Root, Repository.File(folder, link.Split('#')[0])));
        IEnumerable<string> names = NamePattern().Matches(text).Select(match => match.Value.TrimEnd('.'))
            .Where(name => !name.Contains("/bin/", StringComparison.Ordinal));
        return links.Concat(names).Distinct().Order(StringComparer.Ordinal);
    }

    private static TheoryData<string, string> Rows(IEnumerable<(string, string)> rows)
    {
        TheoryData<string, string> data = [];
        foreach ((string page, string text) in rows.Distinct())
            data.Add(page, text);
        return data;
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^(\w+=\S+ )*(dotnet (build|test|restore|run (?!.*CxlTopology\.Cli --))|\.ci/run)")]
    private static partial Regex BuildPattern();

    [GeneratedRegex("^digest [0-9a-f]{16}$")]
    private static partial Regex DigestPattern();

    [GeneratedRegex(@"\]\(([^)#\s][^)\s]*)\)")]
    private static partial Regex LinkPattern();

    // A folder of the top level and what follows; not where a pattern or a placeholder follows, nor in the middle of a longer path.
    [GeneratedRegex(@"(?<![\w./])(src|tests|docs|topologies|bench|eng|\.ci)/[\w./-]+(?![\w./<*…-])")]
    private static partial Regex NamePattern();
}
