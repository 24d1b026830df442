using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Tests;

public sealed class TraceErrorPagesTests
{
    // Their examples are of trace files, and can be read as such.
    public static TheoryData<TraceErrorCode> Shown() =>
    [
        TraceErrorCode.NotThisFormat, TraceErrorCode.BadAddress, TraceErrorCode.BadSize, TraceErrorCode.BadType, TraceErrorCode.BadTime, TraceErrorCode.Empty,
    ];

    [Fact]
    public void All_EveryCode_HasOnePage()
    {
        string[] codes = [.. Enum.GetValues<TraceErrorCode>().Where(c => c != TraceErrorCode.None).Select(Id)];

        Assert.Equal(codes, TraceErrorPages.All.Select(p => p.Id));
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void Page_WrongExample_DrawsItsError(TraceErrorCode code)
    {
        using var folder = new TestFolder();

        TraceException error = Assert.Throws<TraceException>(() => TraceStatistics.Scan(folder.Write("trace", PageOf(code).Wrong)));

        Assert.Equal(code, error.Code);
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void Page_CorrectedExample_IsRead(TraceErrorCode code)
    {
        using var folder = new TestFolder();

        Assert.True(TraceStatistics.Scan(folder.Write("trace", PageOf(code).Corrected)).DataAccesses > 0);
    }

    private static string Id(TraceErrorCode code) => "CXT" + ((int)code).ToString("0000", CultureInfo.InvariantCulture);

    private static ErrorPage PageOf(TraceErrorCode code) => ErrorCatalogue.Find(Id(code), TraceErrorPages.All)!;
}
