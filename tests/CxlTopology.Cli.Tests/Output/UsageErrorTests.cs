namespace CxlTopology.Cli.Tests.Output;

public sealed class UsageErrorTests
{
    private const string File = "topologies/quickstart.yaml";

    [Theory]
    [InlineData("cxltopo: there is no command 'rnu'. Did you mean 'run'?", "rnu", File)]
    [InlineData("cxltopo: there is no command 'frobnicate'.", "frobnicate")]
    [InlineData("cxltopo: a command is missing.")]
    [InlineData("cxltopo run: there is no option '--sed'. Did you mean '--seed'?", "run", "--sed", "4", File)]
    [InlineData("cxltopo run: there is no option '--sed'. Did you mean '--seed'?", "run", File, "--sed", "4")]
    [InlineData("cxltopo run: FILE is missing.", "run")]
    [InlineData("cxltopo run: 'more' is one argument too many.", "run", File, "more")]
    [InlineData("cxltopo run: 'jsno' is none of table, json. Did you mean 'json'?", "run", File, "-o", "jsno")]
    [InlineData("cxltopo run: --workers many: a whole number is expected.", "run", File, "--workers", "many")]
    [InlineData("cxltopo completion: 'ksh' is none of bash, zsh, fish. Did you mean 'zsh'?", "completion", "ksh")]
    [InlineData("cxltopo explain: a number, such as CXT0112, or --all.", "explain")]
    public void CommandLine_Wrong_IsOneLineAndOneHint(string message, params string[] args)
    {
        CliResult result = Cli.Run(args).Exits(2);

        string command = message.Split(':')[0];
        Assert.Equal([message, $"Try '{command} --help'."], result.ErrorLines);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("--workers 0", "--workers", "0")]
    [InlineData("--workers 65", "--workers", "65")]
    [InlineData("--seed -1", "--seed", "-1")]
    [InlineData("--seed 0x1ffffffffffffffff", "--seed", "0x1ffffffffffffffff")]
    [InlineData("--until 10", "--until", "10")]
    [InlineData("--timeout 0s", "--timeout", "0s")]
    public void Run_ValueOutsideItsRange_IsRefused(string named, params string[] options)
    {
        CliResult result = Cli.Run(["run", File, .. options]).Exits(2);

        Assert.StartsWith("cxltopo: " + named + ": ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Run_FolderInUse_IsRefused()
    {
        using var folder = new TestFolder();
        folder.Write("run.json", "{}");

        CliResult result = Cli.Run("run", File, "--out", folder.Path).Exits(2);

        Assert.Contains("--force", result.Error, StringComparison.Ordinal);
        Assert.Equal("{}", System.IO.File.ReadAllText(Path.Combine(folder.Path, "run.json")));
    }
}
