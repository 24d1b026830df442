using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Tests.Commands;

public sealed class ExplainTests
{
    [Theory]
    [InlineData("CXT0112")]
    [InlineData("cxt0112")]
    [InlineData("0112")]
    [InlineData("112")]
    public void Explain_AnySpelling_PrintsThePage(string code)
    {
        CliResult result = Cli.Run("explain", code).Exits(0);

        Assert.StartsWith("CXT0112: not an interleave granularity\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("granularity: 3KiB", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_SeveralCodes_PrintsEach()
    {
        string[] lines = Cli.Run("explain", "501", "CXT0804").Exits(0).OutputLines;

        Assert.Contains(lines, l => l.StartsWith("CXT0501: ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("CXT0804: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_AllPages_HaveANumberEach()
    {
        string[] headings = [.. Cli.Run("explain", "--all").Exits(0).OutputLines.Where(l => l.StartsWith("## CXT", StringComparison.Ordinal)).Select(l => l[3..10])];

        Assert.True(headings.Length > 100);
        Assert.Equal(headings.Distinct(), headings);
    }

    [Theory]
    [InlineData("CXT0199", "there is no CXT0199. Did you mean one of CXT0101 to CXT0121?")]
    [InlineData("9999", "there is no CXT9999. The numbers are CXT0001 to CXT0018, ")]
    [InlineData("granularity", "'granularity' is not the number of an error. Did you mean CXT0112 (not an interleave granularity)")]
    [InlineData("12345", "'12345' is not the number of an error. The numbers are CXT0001 to ")]
    public void Explain_UnknownCode_NamesTheRange(string code, string message)
    {
        CliResult result = Cli.Run("explain", code).Exits(2);

        Assert.StartsWith("cxltopo explain: " + message, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Explain_AllParts_ShareNoNumber()
    {
        string[] ids = [.. ErrorCatalogue.Pages.Concat(TraceErrorPages.All).Select(p => p.Id)];

        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Explain_All_IsTheShippedPage() => Golden.Match(Repository.File("docs", "errors.md"), Cli.Run("explain", "--all").Exits(0).Output);
}
