using System.Text;

namespace CxlTopology.Specification.Tests;

/// <summary>The table as it lies in memory, read by the offsets of its layout.</summary>
public sealed class CedtBytesTests
{
    private const int Chbs0 = 36;
    private const int Chbs1 = 36 + 32;
    private const int Cfmws0 = 36 + 64;
    private const int Cfmws1 = Cfmws0 + 36 + 8;
    private const int Cxims = Cfmws1 + 36 + 16;
    private const int Rdpas = Cxims + 8 + 16;
    private const int End = Rdpas + 20;

    private static byte[] Table { get; } = Sample().ToBytes();

    [Fact]
    public void Header_IsThatOfAnAcpiTable()
    {
        Assert.Equal("CEDT", Encoding.ASCII.GetString(Table, 0, 4));
        Assert.Equal((ulong)End, RawBytes.At(Table, 4, 4));
        Assert.Equal(End, Table.Length);
        Assert.Equal(1, Table[8]);
        Assert.Equal("CXLTOP", Encoding.ASCII.GetString(Table, 10, 6));
        Assert.Equal("CXLTOPOL", Encoding.ASCII.GetString(Table, 16, 8));
        Assert.Equal(1UL, RawBytes.At(Table, 24, 4));
        Assert.Equal("CXLT", Encoding.ASCII.GetString(Table, 28, 4));
        Assert.Equal(1UL, RawBytes.At(Table, 32, 4));
    }

    [Fact]
    public void AllBytes_AddUpToZero() => Assert.Equal(0, RawBytes.Sum(Table) % 256);

    [Fact]
    public void Records_FollowEachOtherByTheirLengths()
    {
        List<(int, int)> walked = [];
        for (int offset = 36; offset < Table.Length; offset += (int)RawBytes.At(Table, offset + 2, 2))
            walked.Add((offset, Table[offset]));
        Assert.Equal([(Chbs0, 0), (Chbs1, 0), (Cfmws0, 1), (Cfmws1, 1), (Cxims, 2), (Rdpas, 3)], walked);
    }

    [Theory]
    [InlineData(Chbs0, 2, 2, 32)] // record length
    [InlineData(Chbs0, 4, 4, 7)] // UID
    [InlineData(Chbs0, 8, 4, 1)] // version
    [InlineData(Chbs0, 12, 4, 0)] // reserved
    [InlineData(Chbs0, 16, 8, 0xFE80_0000)] // base
    [InlineData(Chbs0, 24, 8, 0x10000)] // length of the block
    [InlineData(Chbs1, 4, 4, 9)]
    [InlineData(Chbs1, 8, 4, 0)]
    [InlineData(Chbs1, 16, 8, 0xFE90_0000)]
    [InlineData(Chbs1, 24, 8, 0x2000)]
    [InlineData(Cfmws0, 2, 2, 44)]
    [InlineData(Cfmws0, 4, 4, 0)] // reserved
    [InlineData(Cfmws0, 8, 8, 0x10_0000_0000)] // base
    [InlineData(Cfmws0, 16, 8, 0x4_0000_0000)] // size
    [InlineData(Cfmws0, 24, 1, 1)] // ways
    [InlineData(Cfmws0, 25, 1, 0)] // arithmetic
    [InlineData(Cfmws0, 26, 2, 0)] // reserved
    [InlineData(Cfmws0, 28, 4, 2)] // granularity
    [InlineData(Cfmws0, 32, 2, 0x2F)] // restrictions
    [InlineData(Cfmws0, 34, 2, 0x1234)] // QTG id
    [InlineData(Cfmws0, 36, 4, 9)] // first target
    [InlineData(Cfmws0, 40, 4, 7)]
    [InlineData(Cfmws1, 2, 2, 52)]
    [InlineData(Cfmws1, 24, 1, 2)]
    [InlineData(Cfmws1, 25, 1, 1)]
    [InlineData(Cfmws1, 28, 4, 0)]
    [InlineData(Cfmws1, 48, 4, 3)] // fourth target
    [InlineData(Cxims, 2, 2, 24)]
    [InlineData(Cxims, 4, 2, 0)] // reserved
    [InlineData(Cxims, 6, 1, 0)] // granularity
    [InlineData(Cxims, 7, 1, 2)] // number of maps
    [InlineData(Cxims, 8, 8, 0x404100)]
    [InlineData(Cxims, 16, 8, 0x808200)]
    [InlineData(Rdpas, 2, 2, 20)]
    [InlineData(Rdpas, 4, 2, 1)] // segment
    [InlineData(Rdpas, 6, 2, 0x0C11)] // bus, device, function
    [InlineData(Rdpas, 8, 8, 0x1_FE80_0000)] // base
    [InlineData(Rdpas, 16, 1, 1)] // protocol
    [InlineData(Rdpas, 17, 3, 0)] // reserved
    public void Field_LiesWhereTheLayoutSays(int record, int offset, int width, long value) =>
        Assert.Equal((ulong)value, RawBytes.At(Table, record + offset, width));

    [Fact]
    public void Parse_OfTheBytes_GivesTheSameBytes()
    {
        Assert.True(Cedt.TryParse(Table, out Cedt? read, out string? problem), problem);
        Assert.Empty(read.Ignored);
        Assert.Equal(Table, read.ToBytes());
    }

    [Fact]
    public void ToBytes_TooManyMaps_IsRefused()
    {
        Cedt table = new([new XorInterleaveMathStructure { GranularityEncoded = 0, Maps = new ulong[256] }]);
        Assert.Contains("255 maps", Assert.Throws<InvalidOperationException>(table.ToBytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToBytes_RecordLongerThanItsLengthField_IsRefused()
    {
        Cedt table = new([new FixedMemoryWindowStructure { Base = 0, Size = 0, WaysEncoded = 0, Targets = new uint[17000] }]);
        Assert.Contains("65535", Assert.Throws<InvalidOperationException>(table.ToBytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToBytes_LongerThanATable_IsRefused()
    {
        HostBridgeStructure bridge = new() { Uid = 0, Base = new Hpa(0) };
        Cedt table = new(Enumerable.Repeat(bridge, (16 << 20) / 32));
        Assert.Contains("16777216", Assert.Throws<InvalidOperationException>(table.ToBytes).Message, StringComparison.Ordinal);
    }

    private static Cedt Sample()
    {
        Assert.True(XorMaps.TryCreate([0x404100, 0x808200], 4, out XorMaps? maps, out _));
        FixedMemoryWindow modulo = new()
        {
            Base = new Hpa(0x10_0000_0000),
            Size = ByteSize.GiB(16),
            Interleave = Interleave.Of(2, 1024),
            Restrictions = (WindowRestrictions)0x2F,
            QtgId = 0x1234,
            Targets = [9, 7],
        };
        FixedMemoryWindow xor = new()
        {
            Base = new Hpa(0x20_0000_0000),
            Size = ByteSize.GiB(4),
            Interleave = Interleave.Of(4, 256),
            Arithmetic = InterleaveArithmetic.Xor,
            XorMaps = maps,
            Targets = [0, 1, 2, 3],
        };
        return Cedt.Of(
            [
                new HostBridgeStructure { Uid = 7, Base = new Hpa(0xFE80_0000) },
                new HostBridgeStructure
                {
                    Uid = 9, Version = HostBridgeVersion.Cxl11, Base = new Hpa(0xFE90_0000), BlockLength = 0x2000,
                },
            ],
            [modulo, xor],
            [new RdpasStructure { Segment = 1, Bdf = 0x0C11, Protocol = RdpasProtocol.CacheMem, Base = new Hpa(0x1_FE80_0000) }]);
    }
}
