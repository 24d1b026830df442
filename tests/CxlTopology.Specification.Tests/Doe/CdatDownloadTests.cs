using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class CdatDownloadTests
{
    private const uint Last = 0xFFFF_0000;

    [Fact]
    public void Header_ThenEntry_AreTheTable()
    {
        CdatDownload download = new();
        Assert.Equal([0x0002_1E98, 3, 0], download.NextRequest());
        Assert.Equal(CdatDownloadState.Asking, download.Accept([0x0002_1E98, 7, 0x0005_0000, 24, 1, 2, 3]));
        Assert.Equal([0x0002_1E98, 3, 0x0005_0000], download.NextRequest());
        Assert.Equal(CdatDownloadState.Done, download.Accept([0x0002_1E98, 5, Last, 0x0008_0003, 9]));
        Assert.Equal([24, 1, 2, 3, 0x0008_0003, 9], Dwords(download.ToBytes()));
    }

    public static TheoryData<uint[], string> BadHeaders => new()
    {
        { [], "no data object" },
        { [0x0002_1E98, 3, Last], "no data object" },
        { [0x0002_1E98, 8, Last, 24, 1, 2, 3], "no data object" },
        { [0x0003_1E98, 7, Last, 24, 1, 2, 3], "no data object" },
        { [0x0002_1E99, 7, Last, 24, 1, 2, 3], "no data object" },
        { [0x0002_1E98, 7, Last | 1, 24, 1, 2, 3], "the code 0x0001" },
        { [0x0002_1E98, 7, Last | 0x100, 24, 1, 2, 3], "the code 0x0100" },
        { [0x0002_1E98, 6, Last, 24, 1, 2], "the header has 12 bytes, not 16" },
        { [0x0002_1E98, 8, Last, 24, 1, 2, 3, 4], "the header has 20 bytes, not 16" },
        { [0x0002_1E98, 7, Last, 15, 1, 2, 3], "the header claims 15 bytes" },
        { [0x0002_1E98, 7, Last, 0x100_0001, 1, 2, 3], "the header claims 16777217 bytes" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void Header_ThatIsNone_Fails(uint[] response, string problem)
    {
        CdatDownload download = new();
        Assert.Equal(CdatDownloadState.Failed, download.Accept(response));
        Assert.Contains(problem, download.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x000C_0003u, "entry 1 has 8 bytes and claims 12")]
    [InlineData(0x0004_0003u, "entry 1 has 8 bytes and claims 4")]
    [InlineData(0x0000_0003u, "entry 1 has 8 bytes and claims 0")]
    public void Entry_OfAnotherLengthThanItsOwn_Fails(uint dword, string problem)
    {
        CdatDownload download = new();
        download.Accept([0x0002_1E98, 7, 0x0001_0000, 24, 1, 2, 3]);
        Assert.Equal(CdatDownloadState.Failed, download.Accept([0x0002_1E98, 5, Last, dword, 9]));
        Assert.Equal(problem, download.Problem);
    }

    [Fact]
    public void Entries_ThatNeverEnd_FailAtTheLengthOfTheTable()
    {
        CdatDownload download = new();
        download.Accept([0x0002_1E98, 7, 0x0001_0000, 24, 1, 2, 3]);
        Assert.Equal(CdatDownloadState.Asking, download.Accept([0x0002_1E98, 5, 0x0001_0000, 0x0008_0003, 9]));
        Assert.Equal(CdatDownloadState.Failed, download.Accept([0x0002_1E98, 5, 0x0001_0000, 0x0008_0003, 9]));
        Assert.Equal("entry 1 reaches past the 24 bytes the header claims", download.Problem);
    }

    [Fact]
    public void AfterTheEnd_NothingIsAskedOrTaken()
    {
        CdatDownload download = new();
        download.Accept([0x0002_1E98, 7, Last, 16, 1, 2, 3]);
        Assert.Throws<InvalidOperationException>(download.NextRequest);
        Assert.Throws<InvalidOperationException>(() => download.Accept([0x0002_1E98, 7, Last, 16, 1, 2, 3]));
    }

    [Fact]
    public void AnyResponses_EndInATableOrAReason() =>
        Prop.ForAll(
            Responses.ToArbitrary(),
            responses =>
            {
                CdatDownload download = new();
                foreach (uint[] response in responses)
                {
                    if (download.State == CdatDownloadState.Asking)
                        download.Accept(response);
                }

                return download.State == CdatDownloadState.Failed == (download.Problem is not null)
                    && (Cdat.TryParse(download.ToBytes(), out _, out string? problem) || problem is not null);
            })
            .QuickCheckThrowOnFailure();

    private static Gen<uint[][]> Responses { get; } =
        (from next in Gen.Choose(0, 3)
         from count in Gen.Choose(0, 6)
         from lie in Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(-2, 2)))
         from content in LegalInterleaves.Word.ArrayOf(6)
         select Response(next, count, lie, content)).ArrayOf();

    private static uint[] Response(int next, int count, int lie, ulong[] content)
    {
        uint[] entry = [.. content.Take(count).Select(word => (uint)word)];
        if (count > 0)
            entry[0] = count == 4 ? 64 : (entry[0] & 0xFFFF) | ((uint)(4 * count) << 16);
        return [0x0002_1E98, (uint)(3 + count + lie), next == 0 ? Last : (uint)next << 16, .. entry];
    }

    private static uint[] Dwords(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / 4).Select(i => (uint)RawBytes.At(bytes, 4 * i, 4))];
}
