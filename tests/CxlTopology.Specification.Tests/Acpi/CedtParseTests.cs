namespace CxlTopology.Specification.Tests;

/// <summary>Tables made by hand, read as an operating system reads them.</summary>
public sealed class CedtParseTests
{
    [Fact]
    public void HostBridge_HasTheFieldsOfItsRecord()
    {
        HostBridgeStructure bridge = Assert.Single(Read(Chbs(1, 0x10000)).HostBridges);
        Assert.Equal(
            new HostBridgeStructure { Uid = 5, Version = HostBridgeVersion.Cxl20, Base = new Hpa(0xABCD_0000), BlockLength = 0x10000 },
            bridge);
    }

    [Theory]
    [InlineData(0, 0x10000)]
    [InlineData(0, 0)]
    [InlineData(1, 0x2000)]
    [InlineData(1, 0x20000)]
    public void HostBridge_BlockLengthNotOfItsVersion_IsIgnored(uint version, ulong length)
    {
        Cedt table = Read(Chbs(version, length), Chbs(1, 0x10000));
        Assert.Single(table.HostBridges);
        Assert.Contains($"0x{length:x} bytes is not that of version {version}", Assert.Single(table.Ignored), StringComparison.Ordinal);
    }

    [Fact]
    public void HostBridge_LaterVersion_IsTakenAsItIs() => Assert.Single(Read(Chbs(2, 0x1234)).HostBridges);

    [Fact]
    public void Window_ShorterThanItsFixedPart_IsIgnored()
    {
        Cedt table = Read(RawBytes.Record(32, (0, 1, 1), (2, 2, 32)));
        Assert.Empty(table.Structures);
        Assert.Contains("32 bytes are fewer than the 36", Assert.Single(table.Ignored), StringComparison.Ordinal);
    }

    [Fact]
    public void XorMath_ShorterThanItsMaps_IsIgnored()
    {
        Cedt table = Read(RawBytes.Record(16, (0, 1, 2), (2, 2, 16), (7, 1, 2)));
        Assert.Empty(table.Structures);
        Assert.Contains("16 bytes are too few for 2 maps", Assert.Single(table.Ignored), StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> EventCollectors =>
    [
        RawBytes.Record(20, (0, 1, 3), (2, 2, 20), (4, 2, 2), (6, 2, 0x0100), (8, 8, 0x1234_5678_9ABC), (16, 1, 1)),
        RawBytes.Record(24, (0, 1, 3), (2, 2, 24), (4, 2, 2), (6, 2, 0x0100), (8, 8, 0x1234_5678_9ABC), (16, 1, 1), (20, 4, 9)),
        RawBytes.Record(17, (0, 1, 3), (2, 2, 17), (4, 2, 2), (6, 2, 0x0100), (8, 1, 1), (9, 8, 0x1234_5678_9ABC)),
    ];

    [Theory]
    [MemberData(nameof(EventCollectors))]
    public void EventCollector_OfEitherLayout_HasTheFieldsOfItsRecord(byte[] record) =>
        Assert.Equal(
            new RdpasStructure { Segment = 2, Bdf = 0x0100, Protocol = RdpasProtocol.CacheMem, Base = new Hpa(0x1234_5678_9ABC) },
            Assert.Single(Read(record).EventCollectors));

    [Theory]
    [InlineData(16)]
    [InlineData(18)]
    [InlineData(19)]
    public void EventCollector_OfNeitherLength_IsIgnored(int length)
    {
        Cedt table = Read(RawBytes.Record(length, (0, 1, 3), (2, 2, (ulong)length)));
        Assert.Empty(table.Structures);
        Assert.Contains($"{length} bytes are fewer than the ", Assert.Single(table.Ignored), StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownType_IsSkipped()
    {
        Cedt table = Read(RawBytes.Record(8, (0, 1, 4), (2, 2, 8)), Chbs(1, 0x10000));
        Assert.Single(table.Structures);
        Assert.Equal("record at 0x24, type 4: the type is not known", Assert.Single(table.Ignored));
    }

    [Fact]
    public void UnknownTypes_InGreatNumber_AreCountedNotListed()
    {
        byte[][] records = [.. Enumerable.Repeat(RawBytes.Record(4, (0, 1, 9), (2, 2, 4)), 100)];
        Cedt table = Read(records);
        Assert.Equal(65, table.Ignored.Count);
        Assert.Equal("and 36 more records", table.Ignored[^1]);
    }

    [Fact]
    public void LastRecord_PastTheEnd_IsIgnored()
    {
        Cedt table = Read(Chbs(1, 0x10000), RawBytes.Record(20, (0, 1, 0), (2, 2, 32)));
        Assert.Single(table.HostBridges);
        Assert.Contains("reach past the table's end", Assert.Single(table.Ignored), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Record_ShorterThanItsHeader_RefusesTheTable(ulong length) =>
        Assert.Contains("less than its header", Refused(Table(RawBytes.Record(8, (2, 2, length)))), StringComparison.Ordinal);

    [Fact]
    public void Checksum_OffByOne_RefusesTheTable()
    {
        byte[] table = Table(Chbs(1, 0x10000));
        table[9]++;
        Assert.Equal("the bytes of the CEDT add up to 0x01, not to 0", Refused(table));
    }

    [Fact]
    public void Signature_OfAnotherTable_RefusesTheTable() =>
        Assert.Contains("is not CEDT", Refused(RawBytes.AcpiTable("SRAT")), StringComparison.Ordinal);

    [Fact]
    public void FewerBytesThanAHeader_AreRefused() => Assert.Contains("35 bytes", Refused(new byte[35]), StringComparison.Ordinal);

    [Theory]
    [InlineData(35)]
    [InlineData(69)]
    [InlineData(uint.MaxValue)]
    public void Length_NotThatOfTheBytes_RefusesTheTable(uint length)
    {
        byte[] table = Table(Chbs(1, 0x10000));
        RawBytes.Put(table, 4, 4, length);
        Assert.Contains($"claims {length} bytes; there are 68", Refused(table), StringComparison.Ordinal);
    }

    [Fact]
    public void BytesAfterTheTable_DoNotMatter()
    {
        byte[] table = [.. Table(Chbs(1, 0x10000)), 1, 2, 3, 4, 5, 6, 7, 8];
        Assert.True(Cedt.TryParse(table, out Cedt? read, out string? problem), problem);
        Assert.Single(read.Structures);
    }

    private static byte[] Chbs(uint version, ulong length) =>
        RawBytes.Record(32, (0, 1, 0), (2, 2, 32), (4, 4, 5), (8, 4, version), (16, 8, 0xABCD_0000), (24, 8, length));

    private static byte[] Table(params byte[][] records) => RawBytes.AcpiTable("CEDT", records);

    private static Cedt Read(params byte[][] records)
    {
        Assert.True(Cedt.TryParse(Table(records), out Cedt? table, out string? problem), problem);
        return table;
    }

    private static string Refused(byte[] bytes)
    {
        Assert.False(Cedt.TryParse(bytes, out Cedt? table, out string? problem));
        Assert.Null(table);
        return problem;
    }
}
