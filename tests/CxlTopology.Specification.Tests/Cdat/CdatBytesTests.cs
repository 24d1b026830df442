namespace CxlTopology.Specification.Tests;

/// <summary>The table as it lies in memory, read by the offsets of its layout.</summary>
public sealed class CdatBytesTests
{
    private const int Dsmas = 16;
    private const int Dslbis = Dsmas + 24;
    private const int Dsmscis = Dslbis + 24;
    private const int Dsis = Dsmscis + 20;
    private const int Dsemts = Dsis + 8;
    private const int Sslbis = Dsemts + 24;
    private const int End = Sslbis + 16 + 16;

    private static byte[] Table { get; } = Sample().ToBytes();

    [Theory]
    [InlineData(0, 0, 4, End)] // total length
    [InlineData(0, 4, 1, 2)] // revision
    [InlineData(0, 6, 6, 0)] // reserved
    [InlineData(0, 12, 4, 0x0102_0304)] // sequence
    [InlineData(Dsmas, 0, 1, 0)]
    [InlineData(Dsmas, 2, 2, 24)]
    [InlineData(Dsmas, 4, 1, 3)] // handle
    [InlineData(Dsmas, 5, 1, 0x1C)] // flags
    [InlineData(Dsmas, 6, 2, 0)]
    [InlineData(Dsmas, 8, 8, 0x1000_0000)] // DPA base
    [InlineData(Dsmas, 16, 8, 0x4000_0000)] // DPA length
    [InlineData(Dslbis, 0, 1, 1)]
    [InlineData(Dslbis, 2, 2, 24)]
    [InlineData(Dslbis, 4, 1, 3)] // handle
    [InlineData(Dslbis, 5, 1, 0)] // flags
    [InlineData(Dslbis, 6, 1, 1)] // data type
    [InlineData(Dslbis, 7, 1, 0)]
    [InlineData(Dslbis, 8, 8, 1000)] // base unit
    [InlineData(Dslbis, 16, 2, 150)] // entries
    [InlineData(Dslbis, 18, 2, 0xAAAA)]
    [InlineData(Dslbis, 20, 2, 0xBBBB)]
    [InlineData(Dslbis, 22, 2, 0)]
    [InlineData(Dsmscis, 0, 1, 2)]
    [InlineData(Dsmscis, 2, 2, 20)]
    [InlineData(Dsmscis, 4, 1, 3)] // handle
    [InlineData(Dsmscis, 5, 3, 0)]
    [InlineData(Dsmscis, 8, 8, 0x10_0000)] // size
    [InlineData(Dsmscis, 16, 4, 0x0040_1111)] // attributes
    [InlineData(Dsis, 0, 1, 3)]
    [InlineData(Dsis, 2, 2, 8)]
    [InlineData(Dsis, 4, 1, 1)] // flags
    [InlineData(Dsis, 5, 1, 3)] // handle
    [InlineData(Dsis, 6, 2, 0)]
    [InlineData(Dsemts, 0, 1, 4)]
    [InlineData(Dsemts, 2, 2, 24)]
    [InlineData(Dsemts, 4, 1, 3)] // handle
    [InlineData(Dsemts, 5, 1, 2)] // memory type
    [InlineData(Dsemts, 6, 2, 0)]
    [InlineData(Dsemts, 8, 8, 0x100)] // offset
    [InlineData(Dsemts, 16, 8, 0x3FFF_FF00)] // length
    [InlineData(Sslbis, 0, 1, 5)]
    [InlineData(Sslbis, 2, 2, 32)]
    [InlineData(Sslbis, 4, 1, 3)] // data type
    [InlineData(Sslbis, 5, 3, 0)]
    [InlineData(Sslbis, 8, 8, 64)] // base unit
    [InlineData(Sslbis, 16, 2, 0x100)] // port X
    [InlineData(Sslbis, 18, 2, 7)] // port Y
    [InlineData(Sslbis, 20, 2, 500)] // value
    [InlineData(Sslbis, 22, 2, 0)]
    [InlineData(Sslbis, 24, 2, 0xFFFF)]
    [InlineData(Sslbis, 26, 2, 9)]
    [InlineData(Sslbis, 28, 2, 501)]
    public void Field_LiesWhereTheLayoutSays(int structure, int offset, int width, long value) =>
        Assert.Equal((ulong)value, RawBytes.At(Table, structure + offset, width));

    [Fact]
    public void AllBytes_AddUpToZero() => Assert.Equal(0, RawBytes.Sum(Table) % 256);

    [Fact]
    public void Parse_OfTheBytes_GivesTheSameBytes()
    {
        Assert.True(Cdat.TryParse(Table, out Cdat? read, out string? problem), problem);
        Assert.Equal(Table, read.ToBytes());
        Assert.Equal((2, 0x0102_0304u), (read.Revision, read.Sequence));
        Assert.Equal(Sample().Structures.Take(5), read.Structures.Take(5));
    }

    [Fact]
    public void Constructor_MoreStructuresThanHandles_IsRefused() =>
        Assert.Contains(
            "at most 65534 structures, not 65535",
            Assert.Throws<ArgumentException>(() => new Cdat(Enumerable.Repeat(new Dsis { Handle = 0 }, 65535))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ToBytes_StructureLongerThanItsLengthField_IsRefused()
    {
        Cdat table = new([new Sslbis { DataType = CdatDataType.AccessLatency, BaseUnit = 1, Entries = new SslbisEntry[8190] }]);
        Assert.Contains("65535", Assert.Throws<InvalidOperationException>(table.ToBytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToBytes_LongerThanATable_IsRefused()
    {
        Sslbis long1 = new() { DataType = CdatDataType.AccessLatency, BaseUnit = 1, Entries = new SslbisEntry[8189] };
        Assert.Contains(
            "16777216",
            Assert.Throws<InvalidOperationException>(new Cdat(Enumerable.Repeat(long1, 257)).ToBytes).Message,
            StringComparison.Ordinal);
    }

    private static Cdat Sample() => new(
        [
            new Dsmas
            {
                Handle = 3,
                Flags = DsmasFlags.NonVolatile | DsmasFlags.Shareable | DsmasFlags.HardwareCoherent,
                Base = new Dpa(0x1000_0000),
                RangeLength = ByteSize.GiB(1),
            },
            new Dslbis
            {
                Handle = 3,
                DataType = CdatDataType.ReadLatency,
                BaseUnit = 1000,
                Entry = 150,
                SecondEntry = 0xAAAA,
                ThirdEntry = 0xBBBB,
            },
            new Dsmscis { Handle = 3, CacheSize = ByteSize.MiB(1), Attributes = 0x0040_1111 },
            new Dsis { Handle = 3, MemoryAttached = true },
            new Dsemts { Handle = 3, MemoryType = EfiMemoryType.Reserved, Offset = 0x100, RangeLength = new ByteSize(0x3FFF_FF00) },
            new Sslbis
            {
                DataType = CdatDataType.AccessBandwidth,
                BaseUnit = 64,
                Entries = [new SslbisEntry(0x100, 7, 500), new SslbisEntry(0xFFFF, 9, 501)],
            },
        ],
        sequence: 0x0102_0304);
}
