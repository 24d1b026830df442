namespace CxlTopology.Description.Tests.Errors;

public sealed class DescriptionErrorTests
{
    private static DescriptionError At(string line, int column) =>
        new(DescriptionErrorCode.NotASize, "f.yaml", 14, column, "message", "Help.", line);

    private static (string Text, int Caret) Excerpt(string line, int column)
    {
        string[] lines = At(line, column).Render().Split('\n');
        return (lines[1][4..], lines[2].Length - 5);
    }

    [Fact]
    public void Render_PlainLine_HasFourParts() =>
        Assert.Equal("f.yaml:14:4: error CXT0101: message\n    abcdef\n       ^\n  help: Help.", At("abcdef", 4).Render());

    [Fact]
    public void Render_WholeFile_HasNoLine() =>
        Assert.Equal("f.yaml: error CXT0001: message\n  help: Help.",
            new DescriptionError(DescriptionErrorCode.FileUnreadable, "f.yaml", 0, 0, "message", "Help.", "").Render());

    [Fact]
    public void Render_Tab_IsOneBlank() => Assert.Equal(("a b c", 4), Excerpt("a\tb\tc", 5));

    [Fact]
    public void Render_WideCharacters_MoveTheCaretByTwo() => Assert.Equal(("名前: x", 6), Excerpt("名前: x", 5));

    [Fact]
    public void Render_Emoji_IsTwoUnitsAndTwoColumns() => Assert.Equal(("😀 x", 3), Excerpt("😀 x", 4));

    [Fact]
    public void Render_CombiningMark_TakesNoColumn() => Assert.Equal(("e\u0301x", 1), Excerpt("e\u0301x", 3));

    [Fact]
    public void Render_ControlCharacter_IsEscaped() => Assert.Equal(("\\x1b[31m", 4), Excerpt("\u001b[31m", 2));

    [Fact]
    public void Render_DirectionOverride_IsEscaped() => Assert.Equal("a\\u202eb", Excerpt("a\u202eb", 1).Text);

    [Fact]
    public void Render_LoneSurrogate_IsEscaped() => Assert.Equal("\\ud800x", Excerpt("\ud800x", 1).Text);

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(10_000)]
    [InlineData(10_001)]
    public void Render_LongLine_ShowsAtMost120Columns(int column)
    {
        string line = string.Concat(Enumerable.Range(0, 10_000).Select(i => (char)('a' + (i % 26))));

        (string text, int caret) = Excerpt(line, column);

        Assert.InRange(text.Length, 60, 120);
        Assert.InRange(caret, 0, 120);
        if (column <= 10_000)
            Assert.Equal(line[column - 1], text[caret]);
    }

    [Fact]
    public void Render_ColumnPastTheEnd_PointsBehindTheLine() => Assert.Equal(("abc", 3), Excerpt("abc", 4));

    [Fact]
    public void Render_FileNameWithEscapes_IsHarmless() =>
        Assert.StartsWith("a\\x1b[2J.yaml:1:1:",
            new DescriptionError(DescriptionErrorCode.NotYaml, "a\u001b[2J.yaml", 1, 1, "m", "", "x").Render(), StringComparison.Ordinal);

    [Fact]
    public void Message_UserText_IsQuotedEscapedAndCut()
    {
        DescriptionError error = TopologyFile.Parse("version: 1\nseed: \"\\e[31m" + new string('x', 500) + "\"\n", "f")
            .Errors.First(e => e.Code == DescriptionErrorCode.NotAnInteger);

        Assert.DoesNotContain('\u001b', error.Message);
        Assert.True(error.Message.Length < 120);
    }
}
