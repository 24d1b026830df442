using System.Text.RegularExpressions;

namespace CxlTopology.Cli.Tests.Output;

public sealed partial class HelpTests
{
    private static readonly Lazy<CliResult> root = new(() => Cli.Run("--help"));

    public static TheoryData<string> Commands() => [.. Listed()];

    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    [InlineData("show")]
    [InlineData("translate")]
    [InlineData("explain")]
    [InlineData("schema")]
    [InlineData("completion")]
    public void Help_OfTheProgram_ListsCommand(string command) => Assert.Contains(command, Listed());

    [Fact]
    public void Help_OfTheProgram_FitsInHundredColumns() => Assert.All(root.Value.Exits(0).OutputLines, line => Assert.InRange(line.Length, 0, 100));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_OfACommand_HasExamplesAndExitCodesWithinHundredColumns(string command)
    {
        CliResult help = Cli.Run(command, "--help").Exits(0);

        Assert.Contains($"Usage:\n  cxltopo {command}", help.Output, StringComparison.Ordinal);
        Assert.Contains(help.OutputLines.SkipWhile(l => l != "Examples:"), line => line.Contains("cxltopo " + command, StringComparison.Ordinal));
        Assert.Contains("Exit codes: 0 ", help.Output, StringComparison.Ordinal);
        Assert.All(help.OutputLines, line => Assert.InRange(line.Length, 0, 100));
        Assert.Empty(help.Error);
    }

    [Fact]
    public void Version_Output_IsProgramAndRuntime() => Assert.Matches(@"^cxltopo \d+\.\d+\.\d+ \(\.NET 10\.\d+\.\d+\)\n$", Cli.Run("--version").Exits(0).Output);

    private static string[] Listed() =>
        [.. root.Value.OutputLines.SkipWhile(l => l != "Commands:").Skip(1).TakeWhile(l => l.Length > 0).Select(l => CommandRow().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^  ([a-z-]+)  ")]
    private static partial Regex CommandRow();
}
