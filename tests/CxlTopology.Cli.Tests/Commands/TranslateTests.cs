using System.Diagnostics;

namespace CxlTopology.Cli.Tests.Commands;

public sealed class TranslateTests
{
    // 4 ways of 256 B: granule 5 is the second of position 1. 3 ways of 512 B: granule 7 is the third of position 1.
    private const string Worked = """
        {"hpa":"0x510","ways":4,"granularity":256,"math":"modulo"}
        {"dpa":"0x110","pos":1,"ways":4,"granularity":256,"math":"modulo"}
        {"hpa":3604,"ways":3,"granularity":512,"math":"modulo"}
        {"dpa":1044,"pos":1,"ways":3,"granularity":512,"math":"modulo"}
        {"hpa":"0x500","ways":1,"granularity":16384,"math":"modulo","xormaps":null}
        {"hpa":"0x10100","ways":2,"granularity":256,"math":"xor","xormaps":["0x10100"]}
        """;

    [Fact]
    public void Translate_WorkedExamples_AreAnswered()
    {
        CliResult result = Cli.RunWith(Worked, "translate").Exits(0);

        Assert.Equal(
            [
                """{"dpa":"0x110","pos":1}""",
                """{"hpa":"0x510"}""",
                """{"dpa":"0x414","pos":1}""",
                """{"hpa":"0xe14"}""",
                """{"dpa":"0x500","pos":0}""",
                """{"dpa":"0x8000","pos":0}""",
            ],
            result.OutputLines);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Translate_BadLines_AreAnsweredOneForOne()
    {
        string[] lines =
        [
            "", "nonsense", "[]", "{}", """{"hpa":"0x500","ways":5,"granularity":256,"math":"modulo"}""", """{"hpa":-1,"ways":4,"granularity":256,"math":"modulo"}""",
            """{"hpa":0,"ways":4,"granularity":300,"math":"modulo"}""", """{"dpa":0,"pos":4,"ways":4,"granularity":256,"math":"modulo"}""", """{"hpa":0,"ways":4,"granularity":256,"math":"sum"}""",
            new string('[', 100_000), "\0\u0001\ud800", """{"hpa":0,"ways":4,"granularity":256,"math":"modulo"}""",
        ];

        CliResult result = Cli.RunWith(string.Join('\n', lines), "translate").Exits(0);

        Assert.Equal(lines.Length, result.OutputLines.Length);
        Assert.All(result.OutputLines[..^1], line => Assert.StartsWith("{\"error\":\"", line, StringComparison.Ordinal));
        Assert.Equal("""{"dpa":"0x0","pos":0}""", result.OutputLines[^1]);
    }

    [Fact]
    public void Translate_NoLines_AnswersNothing() => Assert.Empty(Cli.RunWith("", "translate").Exits(0).Output);

    [Fact]
    public void Translate_File_IsRead()
    {
        using var folder = new TestFolder();

        Assert.Equal(6, Cli.Run("translate", folder.Write("questions.jsonl", Worked.ReplaceLineEndings("\r\n"))).Exits(0).OutputLines.Length);
    }

    [Theory]
    [InlineData("no-such-file", "there is no such file")]
    [InlineData("topologies", "it is a directory")]
    public void Translate_UnreadableFile_IsError(string path, string reason)
    {
        CliResult result = Cli.Run("translate", path).Exits(3);

        Assert.StartsWith($"{path}: error CXT0001: cannot read the file: {reason}", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Translate_OneLineAtATime_AnswersBeforeTheNext()
    {
        using Process process = Cli.Start("translate");
        for (int i = 0; i < 3; i++)
        {
            await process.StandardInput.WriteLineAsync($$"""{"hpa":{{i}},"ways":1,"granularity":256,"math":"modulo"}""");
            await process.StandardInput.FlushAsync();
            string? answer = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal($$"""{"dpa":"0x{{i}}","pos":0}""", answer);
        }

        Cli.Finish(process, "").Exits(0);
    }

    [Fact]
    public void Translate_ReaderGone_Ends()
    {
        CliResult result = Cli.Shell("""yes '{"hpa":1,"ways":1,"granularity":256,"math":"modulo"}' | $CXLTOPO translate | head -1; echo ${PIPESTATUS[1]}""").Exits(0);

        Assert.Equal(["""{"dpa":"0x1","pos":0}""", "0"], result.OutputLines);
        Assert.DoesNotContain("cxltopo", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_TwiceIntoOneFile_KeepsBoth()
    {
        using var folder = new TestFolder();

        Cli.Shell($"{{ echo a | $CXLTOPO translate; echo b | $CXLTOPO translate; }} > {folder.Path}/answers").Exits(0);

        Assert.Equal(2, File.ReadAllLines(Path.Combine(folder.Path, "answers")).Length);
    }
}
