using System.IO.Compression;
using System.Text;

namespace CxlTopology.Experiments.Tests;

public sealed class GzipTraceTests
{
    private const string Text = "1000 R\n2000 W\n3000 R\n4000 W\n5040 R\n";

    [Fact]
    public void Gzip_UnderAnyName_IsKnownByItsMagic()
    {
        using var packed = new TraceFile(TraceFile.Gzip(Text));
        using var plain = new TraceFile(Text);

        Assert.Equal(plain.Records(), packed.Records());
    }

    [Fact]
    public void Gzip_OfSeveralMembers_IsReadThrough()
    {
        using var file = new TraceFile([.. TraceFile.Gzip("1000 R\n20"), .. TraceFile.Gzip("00 W\n")]);

        Assert.Equal([0x1000UL, 0x2000], file.Records().Select(record => record.Address));
    }

    [Fact]
    public void Gzip_CutOffAnywhere_IsDamaged()
    {
        byte[] whole = TraceFile.Gzip(Text);
        for (int length = 2; length < whole.Length; length++)
        {
            using var file = new TraceFile(whole[..length]);
            Assert.Equal((length, TraceErrorCode.DamagedGzip), (length, file.Failure().Code));
        }
    }

    [Fact]
    public void Gzip_WithAFlippedBit_NeverGivesOtherRecords()
    {
        byte[] whole = TraceFile.Gzip(Text);
        using var sound = new TraceFile(Text);
        List<TraceRecord> records = sound.Records();
        int refused = 0;
        for (int bit = 16; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            using var file = new TraceFile(damaged);
            try
            {
                Assert.Equal(records, file.Records()); // a time stamp or a padding bit in the header decides nothing
            }
            catch (TraceException failure)
            {
                Assert.NotEqual(TraceErrorCode.CannotOpen, failure.Code);
                refused++;
            }
        }

        Assert.InRange(refused, (whole.Length - 12) * 8, whole.Length * 8);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1000 R\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public void Gzip_WithOtherDataBehindIt_IsDamaged(string behind)
    {
        using var file = new TraceFile([.. TraceFile.Gzip(Text), .. Encoding.ASCII.GetBytes(behind)]);

        Assert.Equal(TraceErrorCode.DamagedGzip, file.Failure().Code);
    }

    [Fact]
    public void Gzip_DamagedFarInside_TellsTheLineItGotTo()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            for (int i = 0; i < 100_000; i++)
                gzip.Write("1000 R\n"u8);
        }

        using var file = new TraceFile(packed.ToArray()[..^1000]);
        TraceException failure = file.Failure();

        Assert.Equal(TraceErrorCode.DamagedGzip, failure.Code);
        Assert.InRange(failure.Line, 90_000, 100_000);
    }

    [Fact]
    public void Gzip_ThatUnpacksToAThousandfold_IsStreamed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] lines = new byte[7 * 10_000];
            for (int i = 0; i < lines.Length; i++)
                lines[i] = "1000 R\n"u8[i % 7];
            for (int i = 0; i < 500; i++)
                gzip.Write(lines);
        }

        using var file = new TraceFile(packed.ToArray());
        TraceStatistics.Scan(file.Path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TraceStatistics statistics = TraceStatistics.Scan(file.Path);

        Assert.Equal(5_000_000, statistics.Loads);
        Assert.True(packed.Length * 50 < 35_000_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Gzip_OfOneEndlessLine_IsRefusedAtItsBound()
    {
        using var file = new TraceFile(TraceFile.Gzip(new string('1', 20_000_000)));

        Assert.Equal(TraceErrorCode.LineTooLong, file.Failure().Code);
    }

    [Fact]
    public void Gzip_OfZeros_IsNotText()
    {
        using var file = new TraceFile(TraceFile.Gzip(new byte[1_000_000]));

        Assert.Equal(TraceErrorCode.NotText, file.Failure().Code);
    }

    [Fact]
    public void Gzip_OfNothing_IsEmpty()
    {
        using var file = new TraceFile(TraceFile.Gzip("==1== talk\n"));

        Assert.Equal(TraceErrorCode.Empty, file.Failure().Code);
    }
}
