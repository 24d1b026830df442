using System.Text;

namespace CxlTopology.Cli.Tests.Commands;

/// <summary>Wrong files, by <c>run</c>: a numbered error with its place, the line and a caret, exit code 3, and nothing of the program's inside.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, int, int, byte[]> Traces() => new()
    {
        { "CXT0802", 2, 1, "==1== Lackey\nhello\n"u8.ToArray() },
        { "CXT0802", 2, 5, "10 R\n1000\n"u8.ToArray() },
        { "CXT0802", 1, 13, "1000 R 12ns 7\n"u8.ToArray() },
        { "CXT0803", 2, 4, " L 1000,8\n L zz,8\n"u8.ToArray() },
        { "CXT0803", 1, 1, "11112222333344445 R\n"u8.ToArray() },
        { "CXT0804", 1, 9, " L 1000,0\n"u8.ToArray() },
        { "CXT0804", 1, 9, " L 1000,4097\n"u8.ToArray() },
        { "CXT0805", 1, 6, "1000 X\n"u8.ToArray() },
        { "CXT0805", 2, 2, " L 1000,8\n X 1000,8\n"u8.ToArray() },
        { "CXT0806", 1, 8, "1000 R ten\n"u8.ToArray() },
        { "CXT0806", 2, 8, "1000 R 12ns\n1000 R 11ns\n"u8.ToArray() },
        { "CXT0807", 1, 4097, Encoding.ASCII.GetBytes("1000 R #" + new string('x', 5000) + "\n") },
        { "CXT0808", 1, 1, TestFolder.Gzip("1000 R\n")[..12] },
        { "CXT0809", 2, 1, "# nothing\n\n"u8.ToArray() },
        { "CXT0809", 1, 1, [] },
        { "CXT0811", 1, 1, [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] },
        { "CXT0811", 1, 1, [0x28, 0xB5, 0x2F, 0xFD, 4, 0, 0, 0] },
    };

    public static TheoryData<string, string> Topologies() => new()
    {
        { "CXT0006", "granularity: [" },
        { "CXT0201", "regoins: {}" },
        { "CXT0304", "workloads: {load: {to: region1}}" },
        { "CXT0109", "profiles: {link: {width: x16, credits: {req: many}}}" },
        { "CXT0702", "expect: [\"be fast\"]" },
    };

    [Theory]
    [MemberData(nameof(Traces))]
    public void Run_BadTrace_IsItsNumberedError(string code, int line, int column, byte[] content)
    {
        using var folder = new TestFolder();
        string trace = folder.Write("bad.trace", content);

        CliResult result = Cli.Run("run", folder.WriteTraced("bad.trace"), "-o", "json");

        AssertRefused(result, $"{trace}:{line}:{column}: error {code}: ");
    }

    [Fact]
    public void Run_MissingTrace_IsItsNumberedError()
    {
        using var folder = new TestFolder();

        AssertRefused(Cli.Run("run", folder.WriteTraced("none.trace")), Path.Combine(folder.Path, "none.trace") + ":1:1: error CXT0801: ");
    }

    [Fact]
    public void Run_TraceLargerThanItsTarget_IsItsNumberedError()
    {
        using var folder = new TestFolder();
        string trace = folder.Write("wide.trace", string.Concat(Enumerable.Range(0, 17).Select(i => $"{i:x}000 R\n")));
        string file = folder.WriteTopology("workloads: {load: {to: {base: 0x10_0000_0000, size: 64KiB}, trace: wide.trace}}");

        AssertRefused(Cli.Run("run", file), $"{trace}:1:1: error CXT0810: ");
    }

    [Theory]
    [MemberData(nameof(Topologies))]
    public void Run_BadTopology_ShowsTheLineAndACaret(string code, string line)
    {
        using var folder = new TestFolder();
        string file = folder.WriteTopology(line);

        CliResult result = Cli.Run("run", file);

        AssertRefused(result, file + ":");
        Assert.Matches($@"small\.yaml:\d+:\d+: error {code}: ", result.Error);
        Assert.Matches(@"\n {4,}\^\n", result.Error);
    }

    [Fact]
    public void Run_SeveralErrors_AreReportedAtOnce()
    {
        using var folder = new TestFolder();

        CliResult result = Cli.Run("run", folder.WriteTopology("workloads: {load: {to: region1, count: many, raeds: 5%}}"));

        AssertRefused(result, folder.Path);
        Assert.Contains("error CXT0109: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("error CXT0201: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("error CXT0304: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no/such/file.yaml")]
    [InlineData("topologies")]
    public void Run_UnreadableFile_IsItsNumberedError(string path) => AssertRefused(Cli.Run("run", path), path + ": error CXT0001: ");

    private static void AssertRefused(CliResult result, string start)
    {
        result.Exits(3);
        Assert.StartsWith(start, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
