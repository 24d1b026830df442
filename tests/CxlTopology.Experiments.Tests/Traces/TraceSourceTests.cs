using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Experiments.Tests;

public sealed class TraceSourceTests
{
    private static readonly TraceSourceOptions options = new() { RegionSize = ByteSize.KiB(64) };

    [Fact]
    public void Access_AcrossALine_IsSplitInTwo() =>
        Assert.Equal([new Access(0x3c, 4, false, 0), new Access(0x40, 4, false, 0)], Issue(" L 703c,8\n"));

    [Fact]
    public void Access_AcrossAPage_LandsInBothPages() =>
        Assert.Equal([new Access(0xffc, 4, true, 0), new Access(0x1000, 4, true, 0)], Issue(" S 7ffc,8\n"));

    [Fact]
    public void Modify_AcrossALine_ReadsAllThenWritesAll() =>
        Assert.Equal(
            [
                new Access(0x3e, 2, false, 0), new Access(0x40, 6, false, 0),
                new Access(0x3e, 2, true, 0), new Access(0x40, 6, true, 0),
            ],
            Issue(" M 703e,8\n"));

    [Theory]
    [InlineData(" L 7000,64\n", new[] { 64 })]
    [InlineData(" L 7000,128\n", new[] { 128 })]
    [InlineData(" L 7000,4096\n", new[] { 4096 })]
    [InlineData(" L 7010,512\n", new[] { 48, 448, 16 })]
    [InlineData(" L 7f80,4096\n", new[] { 128, 3968 })]
    [InlineData(" L 7ff0,4096\n", new[] { 16, 4032, 48 })]
    [InlineData(" L 7f8f,4096\n", new[] { 49, 64, 3968, 15 })]
    public void Access_OfManyLines_GoesAsBurstsOfWholeLinesWithinPages(string text, int[] lengths) =>
        Assert.Equal(lengths, Issue(text).Select(access => access.Bytes));

    [Fact]
    public void Pieces_OfAnyAccess_CoverItOnceInOrder() =>
        Prop.ForAll(Gen.Choose(0, 20_000).Zip(Gen.Choose(1, 4096)).ToArbitrary(), pair =>
        {
            (int address, int bytes) = pair;
            int at = 0;
            foreach (Access access in Issue($" L {address:x},{bytes}\n"))
            {
                // Pages are placed in the order of touch, so offsets run on from the first page's.
                Assert.Equal((ulong)(address % 4096 + at), access.Offset);
                at += access.Bytes;
            }

            return at == bytes;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Limit_InTheMiddle_EndsTheSource() => Assert.Equal(3, Issue(" M 0,8\n M 0,8\n", options with { Limit = 3 }).Count);

    [Fact]
    public void Limit_OfZero_GivesNothing() => Assert.Empty(Issue(" M 0,8\n", options with { Limit = 0 }));

    [Fact]
    public void Passes_Several_RepeatWithTheSamePages()
    {
        const string text = " L 7000,8\n S 9008,8\n";
        List<Access> once = Issue(text);

        Assert.Equal([.. once, .. once, .. once], Issue(text, options with { Passes = 3 }));
    }

    [Fact]
    public void Passes_WithTimes_GoOnWhereThePassBeforeEnded() =>
        Assert.Equal(
            [103L, 110, 113, 120],
            Issue("0 R 3fs\n0 R 10fs\n", options with { Passes = 2, Start = new SimTime(100) }).Select(access => access.NotBefore));

    [Fact]
    public void Times_PastTheEndOfSimulatedTime_AreRefusedWhereTheyAre()
    {
        TraceException failure = Assert.Throws<TraceException>(() => Issue("0 R 3fs\n0 R 9000s\n", options with { Passes = 2 }));

        Assert.Equal((TraceErrorCode.BadTime, 2L), (failure.Code, failure.Line));
    }

    [Fact]
    public void Fetches_AskedFor_AreReads()
    {
        TraceSourceOptions fetching = options with { Reader = new TraceReaderOptions { InstructionFetches = true } };

        Assert.Equal([false, true], Issue("I  0,4\n S 0,4\n", fetching).Select(access => access.IsWrite));
    }

    [Fact]
    public void Construction_WithAWrongFirstAccess_Fails()
    {
        using var file = new TraceFile("==1==\n L 10,0\n");

        Assert.Equal(TraceErrorCode.BadSize, Assert.Throws<TraceException>(() => new TraceSource(file.Path, options)).Code);
    }

    [Fact]
    public void TryNext_AtAWrongLine_FailsOnceAndThenHasEnded()
    {
        using var file = new TraceFile(" L 10,8\n L 10,0\n");
        using var source = new TraceSource(file.Path, options);

        Assert.True(source.TryNext(out _));
        Assert.Equal(2, Assert.Throws<TraceException>(() => source.TryNext(out _)).Line);
        Assert.False(source.TryNext(out _));
    }

    [Fact]
    public void TryNext_AfterDispose_HasEnded()
    {
        using var file = new TraceFile(" L 10,8\n");
        var source = new TraceSource(file.Path, options);
        source.Dispose();

        Assert.False(source.TryNext(out _));
    }

    [Fact]
    public void TryNext_WhenPagesAreKnown_AllocatesNothing()
    {
        using var source = new TraceSource(TraceFile.Shipped(), options with { RegionSize = ByteSize.MiB(16) });
        for (int i = 0; i < 40_000; i++)
            source.TryNext(out _);
        int pages = source.PagesTouched;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
            source.TryNext(out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(pages, source.PagesTouched);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000_001)]
    public void Passes_OutsideTheirRange_AreRefused(int passes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Issue(" L 0,8\n", options with { Passes = passes }));

    [Fact]
    public void Scan_PiecesLinesAndPages_AreCounted()
    {
        using var file = new TraceFile(" L 7010,512\n S 7ffc,8\n M 7000,4\n M 7004,4\n");
        TraceStatistics statistics = TraceStatistics.Scan(file.Path);

        Assert.Equal((5L, 4L), (statistics.Reads, statistics.Writes));
        Assert.Equal((2L, 2, 11L), (statistics.Split, statistics.Pages, statistics.Lines));
    }

    [Fact]
    public void Scan_WithTimes_GivesTheLength()
    {
        using var file = new TraceFile("0 R 1ns\n0 W 2.5us\n");

        Assert.Equal("2500ns", TraceStatistics.Scan(file.Path).Length.ToString());
    }

    private static List<Access> Issue(string text, TraceSourceOptions? with = null)
    {
        using var file = new TraceFile(text);
        using var source = new TraceSource(file.Path, with ?? options);
        return Drain.All(source);
    }
}
