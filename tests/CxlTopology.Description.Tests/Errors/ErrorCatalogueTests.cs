namespace CxlTopology.Description.Tests.Errors;

public sealed class ErrorCatalogueTests
{
    // Their examples are about bytes or amounts that a page cannot show.
    private static readonly HashSet<DescriptionErrorCode> notShown =
    [
        DescriptionErrorCode.FileUnreadable, DescriptionErrorCode.FileTooLarge, DescriptionErrorCode.NotUtf8,
        DescriptionErrorCode.ControlCharacter,
        DescriptionErrorCode.NestedTooDeep, DescriptionErrorCode.TooManyNodes, DescriptionErrorCode.ScalarTooLong,
        DescriptionErrorCode.TooManyErrors,
    ];

    public static TheoryData<DescriptionErrorCode> Codes() =>
        [.. Enum.GetValues<DescriptionErrorCode>().Where(code => code != DescriptionErrorCode.None)];

    public static TheoryData<DescriptionErrorCode> Shown() =>
        [.. Enum.GetValues<DescriptionErrorCode>().Where(code => code != DescriptionErrorCode.None && !notShown.Contains(code))];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Find_EveryCode_HasPage(DescriptionErrorCode code)
    {
        ErrorPage? page = ErrorCatalogue.Find(DescriptionError.FormatId(code));

        Assert.NotNull(page);
        Assert.Contains(page.Title, ErrorCatalogue.Page(code), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_Catalogue_AscendsWithoutGapsInMeaning()
    {
        string[] ids = [.. ErrorCatalogue.Pages.Select(page => page.Id)];

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(Enum.GetValues<DescriptionErrorCode>().Length - 1, ids.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void Page_WrongExample_DrawsItsError(DescriptionErrorCode code)
    {
        DescriptionResult result = TopologyFile.Parse(ErrorCatalogue.Find(DescriptionError.FormatId(code))!.Wrong, "example.yaml");

        Assert.Contains(code, result.Errors.Select(error => error.Code));
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void Page_CorrectedExample_DoesNotDrawIt(DescriptionErrorCode code)
    {
        DescriptionResult result = TopologyFile.Parse(ErrorCatalogue.Find(DescriptionError.FormatId(code))!.Corrected, "example.yaml");

        Assert.DoesNotContain(code, result.Errors.Select(error => error.Code));
    }

    [Theory]
    [InlineData("CXT0112")]
    [InlineData("cxt112")]
    [InlineData("112")]
    public void Find_AnySpelling_FindsPage(string id) => Assert.Equal("CXT0112", ErrorCatalogue.Find(id)!.Id);

    [Theory]
    [InlineData("CXT9999")]
    [InlineData("")]
    [InlineData("CXT")]
    [InlineData("granularity")]
    public void Find_NoSuchNumber_FindsNothing(string id) => Assert.Null(ErrorCatalogue.Find(id));

    [Fact]
    public void Markdown_MorePages_AreSortedIn()
    {
        string text = ErrorCatalogue.Markdown(
            new ErrorPage("CXT0001", "added", "why", "wrong", "right"), new ErrorPage("CXT0801", "a trace", "why", "wrong", "right"));

        Assert.True(text.IndexOf("## CXT0001: added", StringComparison.Ordinal) < text.IndexOf("## CXT0112", StringComparison.Ordinal));
        Assert.True(text.IndexOf("## CXT0801: a trace", StringComparison.Ordinal) > text.IndexOf("## CXT0707", StringComparison.Ordinal));
    }

    [Fact]
    public void Markdown_Catalogue_IsOnTheShippedPage()
    {
        // The shipped page has the pages of other parts of the program in between; that all of it is right is for the command that prints it to show.
        string text = File.ReadAllText(Repository.Folder("docs", "errors.md"));
        Assert.All(ErrorCatalogue.Pages, page => Assert.Contains(page.ToMarkdown(), text, StringComparison.Ordinal));
    }
}
