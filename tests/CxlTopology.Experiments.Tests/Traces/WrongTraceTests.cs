using System.Diagnostics;
using System.Text;

namespace CxlTopology.Experiments.Tests;

public sealed class WrongTraceTests
{
    private const string Good = "==1== Lackey\n L 1000,8\n";

    [Theory]
    [InlineData(802, 3, 1, Good + "hello\n")]
    [InlineData(802, 3, 1, Good + "total 12 files\n")]
    [InlineData(802, 3, 1, Good + "=== 12\n")]
    [InlineData(802, 3, 2, Good + " L\n")]
    [InlineData(802, 3, 1, Good + "0x1000 R\n")]
    [InlineData(803, 3, 4, Good + " L zz,8\n")]
    [InlineData(803, 3, 4, Good + " S ,8\n")]
    [InlineData(803, 3, 4, Good + " S 0x,8\n")]
    [InlineData(803, 3, 4, Good + " L 10000000000000000,8\n")]
    [InlineData(803, 3, 4, Good + " L fffffffffffffffc,8\n")]
    [InlineData(803, 3, 4, Good + "I  -4,8\n")]
    [InlineData(803, 3, 4, Good + " L é,8\n")]
    [InlineData(804, 3, 8, Good + " L 1000\n")]
    [InlineData(804, 3, 9, Good + " L 1000,\n")]
    [InlineData(804, 3, 9, Good + " L 1000,0\n")]
    [InlineData(804, 3, 9, Good + " L 1000,4097\n")]
    [InlineData(804, 3, 9, Good + " L 1000,99999999999999999999\n")]
    [InlineData(804, 3, 9, Good + " M 1000,-8\n")]
    [InlineData(804, 3, 9, Good + " M 1000,8x\n")]
    [InlineData(804, 3, 9, Good + " M 1000,8,8\n")]
    [InlineData(804, 3, 9, Good + " M 1000,0x8\n")]
    [InlineData(805, 3, 2, Good + " X 1000,8\n")]
    [InlineData(805, 3, 1, Good + "LS 1000,8\n")]
    [InlineData(805, 3, 2, Good + " l 1000,8\n")]
    [InlineData(809, 1, 1, "==1== Lackey\n")]
    [InlineData(809, 2, 1, "==1== Lackey\nI  1000,4\n")]
    public void Lackey_WrongLine_GivesItsCodeAndPlace(int code, int line, int column, string text) =>
        AssertFails(code, line, column, text, TraceFormat.Lackey);

    [Theory]
    [InlineData(802, 2, 5, "10 R\n1000\n")]
    [InlineData(802, 1, 13, "1000 R 12ns 7\n")]
    [InlineData(802, 1, 2, " L 1000,8\n")]
    [InlineData(802, 1, 17, "==1== Lackey, a tool\n")]
    [InlineData(803, 1, 1, "wxyz R\n")]
    [InlineData(803, 1, 1, "0x R\n")]
    [InlineData(803, 1, 3, "  0x11112222333344445 R\n")]
    [InlineData(803, 1, 1, "-10 R\n")]
    [InlineData(805, 1, 6, "1000 X\n")]
    [InlineData(805, 1, 6, "1000 RW\n")]
    [InlineData(805, 2, 8, "# one\n0x1000\tfetch\n")]
    [InlineData(806, 1, 8, "1000 R ten\n")]
    [InlineData(806, 1, 8, "1000 R -1\n")]
    [InlineData(806, 1, 8, "1000 R 1.\n")]
    [InlineData(806, 1, 8, "1000 R .5\n")]
    [InlineData(806, 1, 8, "1000 R 12kg\n")]
    [InlineData(806, 1, 8, "1000 R 1e3\n")]
    [InlineData(806, 1, 8, "1000 R 0.0000001ns\n")]
    [InlineData(806, 1, 8, "1000 R 9224s\n")]
    [InlineData(806, 1, 8, "1000 R 99999999999999999999999\n")]
    [InlineData(806, 2, 8, "1000 R 12ns\n1000 R 11999ps\n")]
    [InlineData(809, 2, 1, "# nothing\n\n")]
    [InlineData(809, 1, 1, "")]
    [InlineData(809, 1, 1, "\n")]
    public void Plain_WrongLine_GivesItsCodeAndPlace(int code, int line, int column, string text) =>
        AssertFails(code, line, column, text, TraceFormat.Plain);

    [Theory]
    [InlineData("1000 R\n10\u001b[31m00 R\n", 2, 3)]
    [InlineData("1000 R\n1000\0R\n", 2, 5)]
    [InlineData("1000 R\r1000 R\r", 1, 7)]
    [InlineData("\u007fELF\u0002\u0001", 1, 1)]
    public void File_WithControlCharacters_IsNotText(string text, int line, int column) =>
        AssertFails(811, line, column, text, TraceFormat.Auto);

    [Theory]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 4, 0 }, "zstd")]
    [InlineData(new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A, 0 }, "xz")]
    [InlineData(new byte[] { 0x42, 0x5A, 0x68, 0x39 }, "bzip2")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 0, 0 }, "zip")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x31, 0, 0x30, 0 }, "UTF-16")]
    public void File_OfAnotherKind_IsNamed(byte[] content, string kind)
    {
        using var file = new TraceFile(content);
        TraceException failure = file.Failure();

        Assert.Equal(TraceErrorCode.NotText, failure.Code);
        Assert.Contains(kind, failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void File_GzipInsideGzip_IsNotText()
    {
        using var file = new TraceFile(TraceFile.Gzip(TraceFile.Gzip("1000 R\n")));

        Assert.Equal(TraceErrorCode.NotText, file.Failure().Code);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("no-such-file", "there is no such file")]
    [InlineData("no/such/file", "there is no such file")]
    [InlineData("a\0b", "")]
    [InlineData(".", "it is a folder")]
    public void File_ThatCannotBeOpened_SaysSo(string path, string reason)
    {
        TraceException failure = Assert.Throws<TraceException>(() => TraceReader.Open(path));

        Assert.Equal(("CXT0801", 1L, 1), (failure.Id, failure.Line, failure.Column));
        Assert.Contains(reason, failure.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', failure.Message);
    }

    [Fact]
    public void File_ThatIsAPipe_IsNotWaitedFor()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (Process maker = Process.Start("mkfifo", path))
            maker.WaitForExit();

        try
        {
            Assert.Equal(TraceErrorCode.Empty, Assert.Throws<TraceException>(() => TraceReader.Open(path)).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void File_BehindASymbolicLink_IsRead()
    {
        using var file = new TraceFile("1000 R\n");
        string link = file.Path + ".link";
        File.CreateSymbolicLink(link, file.Path);

        try
        {
            Assert.Equal(1, TraceStatistics.Scan(link).Loads);
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Fact]
    public void Line_OfTheLongestLength_IsRead()
    {
        using var file = new TraceFile("1000 R #" + new string('x', 4096 - 8) + "\r\n2000 R\n");

        Assert.Equal(2, file.Records().Count);
    }

    [Theory]
    [InlineData(4097)]
    [InlineData(4098)]
    [InlineData(70_000)]
    [InlineData(5_000_000)]
    public void Line_Longer_IsRefusedWithItsTextCut(int length)
    {
        using var file = new TraceFile("10 R\n1000 R #" + new string('x', length - 8) + "\n2000 R\n");
        TraceException failure = file.Failure();

        Assert.Equal((TraceErrorCode.LineTooLong, 2L, 4097), (failure.Code, failure.Line, failure.Column));
        Assert.InRange(failure.Message.Length, 100, 500);
    }

    [Fact]
    public void Message_OfAWrongLine_ShowsPlaceLineCaretAndHelp()
    {
        using var file = new TraceFile(" L 1000,8\n S 1000,0\n");
        string[] lines = file.Failure().Message.Split('\n');

        Assert.Equal(4, lines.Length);
        Assert.Equal(file.Path + ":2:9: error CXT0804: The size is not a decimal number from 1 to 4096.", lines[0]);
        Assert.Equal("   S 1000,0", lines[1]);
        Assert.Equal("          ^", lines[2]);
        Assert.Contains("1 to 4096", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Excerpt_OfHostileText_IsEscaped()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes("1000 R\u202e\u0085é"), 0xFF, .. " \u001b[2J\n"u8];
        using var file = new TraceFile(content);
        TraceException failure = file.Failure();

        Assert.Equal(TraceErrorCode.NotText, failure.Code);
        Assert.Equal("1000 R\\u{202e}\\x85é\\xff \\x1b[2J", failure.Excerpt);
    }

    [Fact]
    public void Excerpt_OfALongLine_IsCutAroundThePlace()
    {
        using var file = new TraceFile(new string(' ', 3000) + "zz R" + new string(' ', 900) + "\n");
        TraceException failure = file.Failure(TraceFormat.Plain);

        Assert.Equal(3001, failure.Column);
        Assert.InRange(failure.Excerpt.Length, 80, 82);
        Assert.StartsWith("…", failure.Excerpt, StringComparison.Ordinal);
        Assert.Contains("zz R", failure.Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void File_OfTalkWithoutEnd_IsGivenUpOn()
    {
        using var file = new TraceFile(TraceFile.Gzip(Encoding.ASCII.GetBytes(new string('\n', TraceReader.LongestTalk + 10))));
        TraceException failure = file.Failure();

        Assert.Equal((TraceErrorCode.NotThisFormat, TraceReader.LongestTalk + 1L), (failure.Code, failure.Line));
    }

    private static void AssertFails(int code, int line, int column, string text, TraceFormat format)
    {
        using var file = new TraceFile(text);
        TraceException failure = file.Failure(format);

        Assert.Equal(((TraceErrorCode)code, (long)line, column), (failure.Code, failure.Line, failure.Column));
        Assert.StartsWith($"{file.Path}:{line}:{column}: error CXT0{code}: ", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Help);
    }
}
