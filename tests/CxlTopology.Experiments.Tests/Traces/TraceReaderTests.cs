namespace CxlTopology.Experiments.Tests;

public sealed class TraceReaderTests
{
    [Fact]
    public void Lackey_EachLetter_GivesItsKind()
    {
        using var file = new TraceFile(
            "==12== Lackey\nI  0401ab70,3\n L 1ffefffff0,8\n S 1fff000538,16\n M 04835ea4,4\n--12-- done\n\n==12==\n");

        Assert.Equal(
            [
                new TraceRecord(0x1ffefffff0, 8, TraceKind.Load, 0),
                new TraceRecord(0x1fff000538, 16, TraceKind.Store, 0),
                new TraceRecord(0x04835ea4, 4, TraceKind.Modify, 0),
            ],
            file.Records());
    }

    [Fact]
    public void Lackey_FetchesAskedFor_AreGivenInOrder()
    {
        using var file = new TraceFile("I  0401ab70,3\n L 10,8\nI  0401ab73,5\n");

        Assert.Equal(
            [TraceKind.Fetch, TraceKind.Load, TraceKind.Fetch],
            file.Records(new TraceReaderOptions { InstructionFetches = true }).Select(record => record.Kind));
    }

    [Fact]
    public void Lackey_LastByteOfTheAddressSpace_IsLegal()
    {
        using var file = new TraceFile(" L fffffffffffffff8,8\n");

        Assert.Equal(new TraceRecord(0xfffffffffffffff8, 8, TraceKind.Load, 0), Assert.Single(file.Records()));
    }

    [Theory]
    [InlineData("R", TraceKind.Load)]
    [InlineData("r", TraceKind.Load)]
    [InlineData("L", TraceKind.Load)]
    [InlineData("READ", TraceKind.Load)]
    [InlineData("Load", TraceKind.Load)]
    [InlineData("W", TraceKind.Store)]
    [InlineData("s", TraceKind.Store)]
    [InlineData("Write", TraceKind.Store)]
    [InlineData("store", TraceKind.Store)]
    public void Plain_EachType_GivesItsKind(string type, TraceKind kind)
    {
        using var file = new TraceFile($"0x1234 {type}");

        Assert.Equal(new TraceRecord(0x1200, 64, kind, 0), Assert.Single(file.Records()));
    }

    [Theory]
    [InlineData("12", 12_000_000)]
    [InlineData("12ns", 12_000_000)]
    [InlineData("1.5us", 1_500_000_000)]
    [InlineData("0.000001", 1)]
    [InlineData("0.000001000", 1)]
    [InlineData("1062.5ps", 1_062_500)]
    [InlineData("7fs", 7)]
    [InlineData("2ms", 2_000_000_000_000)]
    [InlineData("9223s", 9_223_000_000_000_000_000)]
    [InlineData("9223372036854775807fs", long.MaxValue)]
    [InlineData("000000000000000000000000012", 12_000_000)]
    public void Plain_Time_IsExactToTheFemtosecond(string time, long femtoseconds)
    {
        using var file = new TraceFile($"1000 R {time}\n");

        Assert.Equal(femtoseconds, Assert.Single(file.Records()).Time);
    }

    [Fact]
    public void Plain_LineWithoutATime_HasThatOfTheLineBefore()
    {
        using var file = new TraceFile("1000 R\n1000 R 5fs\n1000 R\n1000 R 5fs\n1000 R 6fs # late\n");

        Assert.Equal([0L, 5, 5, 5, 6], file.Records().Select(record => record.Time));
    }

    [Theory]
    [InlineData(1, 0x1237UL)]
    [InlineData(8, 0x1230UL)]
    [InlineData(4096, 0x1000UL)]
    public void Plain_AccessSize_IsTheOneAskedForAndAligns(int bytes, ulong address)
    {
        using var file = new TraceFile("1237 R\n");

        Assert.Equal(
            new TraceRecord(address, bytes, TraceKind.Load, 0),
            Assert.Single(file.Records(new TraceReaderOptions { PlainAccessBytes = bytes })));
    }

    [Theory]
    [InlineData("1000 R\r\n# c\r\n\r\n\t2000\t W \r\n3000 R")]
    [InlineData("\uFEFF1000 R\n2000 W\n3000 R\n")]
    [InlineData("\uFEFF# é\n1000 R\n2000 W\n3000 R\n")]
    [InlineData("1000 R\n2000 W# é\n3000 R\r")]
    public void Text_WithCarriageReturnsByteOrderMarkOrNoLastLineFeed_ReadsAlike(string text)
    {
        using var file = new TraceFile(text);

        Assert.Equal([0x1000UL, 0x2000, 0x3000], file.Records().Select(record => record.Address));
    }

    [Fact]
    public void Lackey_WithCarriageReturnsAndByteOrderMark_IsRecognized()
    {
        using var file = new TraceFile("\uFEFF\r\n==1== Lackey\r\n L 1000,8\r\n");

        Assert.Equal(8, Assert.Single(file.Records()).Bytes);
    }

    [Theory]
    [InlineData("==1== x\n L 10,8\n", TraceFormat.Lackey)]
    [InlineData(" S 10,8\n", TraceFormat.Lackey)]
    [InlineData("I  10,8\n S 10,8\n", TraceFormat.Lackey)]
    [InlineData("10 R\n", TraceFormat.Plain)]
    [InlineData("# c\n\n 0x10 W 3ns\n", TraceFormat.Plain)]
    public void Open_WithoutAFormat_TellsItFromTheText(string text, TraceFormat format)
    {
        using var file = new TraceFile(text);
        using TraceReader reader = TraceReader.Open(file.Path);

        Assert.Equal(format, reader.Format);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(48)]
    [InlineData(8192)]
    public void Options_PlainAccessSizeOutsideItsRange_IsRefused(int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlainReader(TraceFile.Shipped(), bytes));

    [Fact]
    public void TryNext_PerLine_AllocatesNothing()
    {
        using TraceReader reader = TraceReader.Open(TraceFile.Shipped());
        for (int i = 0; i < 20_000; i++)
            reader.TryNext(out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            reader.TryNext(out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
