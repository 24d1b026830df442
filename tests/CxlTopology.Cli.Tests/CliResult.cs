using System.Text.Json;

namespace CxlTopology.Cli.Tests;

/// <summary>What a run of the program came to.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as one JSON value; fails if there is anything else.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of standard output.</summary>
    public string[] OutputLines => Output.TrimEnd('\n').Split('\n');

    /// <summary>The lines of standard error.</summary>
    public string[] ErrorLines => Error.TrimEnd('\n').Split('\n');

    /// <summary>Fails unless the exit code is as expected; the message has all that was printed.</summary>
    public CliResult Exits(int expected)
    {
        Assert.True(ExitCode == expected, $"exit code {ExitCode}, not {expected}\n--- stdout\n{Output}\n--- stderr\n{Error}");
        return this;
    }
}
