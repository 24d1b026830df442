namespace CxlTopology.Specification.Tests;

public sealed class DeviceCdatTests
{
    [Fact]
    public void Of_VolatileAndPersistent_DescribesEachInOrder()
    {
        byte[] table = DeviceCdat.Of([Volatile, Persistent]).ToBytes();
        List<(int Type, int Handle)> walked = [];
        for (int offset = 16; offset < table.Length; offset += (int)RawBytes.At(table, offset + 2, 2))
            walked.Add((table[offset], table[offset + 4]));
        Assert.Equal(
            [(0, 0), (1, 0), (1, 0), (1, 0), (1, 0), (4, 0), (0, 9), (1, 9), (1, 9), (1, 9), (1, 9), (2, 9), (4, 9)], walked);
    }

    [Fact]
    public void Of_Range_HasItsFlagsAndPlace()
    {
        Dsmas[] ranges = [.. DeviceCdat.Of([Volatile, Persistent]).MemoryRanges];
        Assert.Equal(
            [
                new Dsmas { Handle = 0, Base = new Dpa(0), RangeLength = ByteSize.GiB(1) },
                new Dsmas
                {
                    Handle = 9,
                    Flags = DsmasFlags.NonVolatile | DsmasFlags.Shareable | DsmasFlags.HardwareCoherent,
                    Base = new Dpa(0x4000_0000),
                    RangeLength = ByteSize.GiB(2),
                },
            ],
            ranges);
    }

    [Fact]
    public void Of_Figures_AreExactInTheBytes()
    {
        byte[] table = DeviceCdat.Of([Volatile]).ToBytes();
        List<(int Type, ulong Value)> figures = [];
        for (int offset = 16; offset < table.Length; offset += (int)RawBytes.At(table, offset + 2, 2))
        {
            if (table[offset] == 1)
                figures.Add((table[offset + 6], RawBytes.At(table, offset + 8, 8) * RawBytes.At(table, offset + 16, 2)));
        }

        Assert.Equal([(1, 150_000UL), (2, 123_457UL), (4, 64_000UL), (5, 32_000UL)], figures);
    }

    [Fact]
    public void Of_Figures_AreWhatSoftwareReads()
    {
        Assert.True(Cdat.TryParse(DeviceCdat.Of([Volatile, Persistent]).ToBytes(), out Cdat? table, out _));
        Assert.Equal(Volatile.Performance, CdatPerformance.OfRange(table, 0));
        Assert.Equal(Persistent.Performance, CdatPerformance.OfRange(table, 9));
        Assert.Null(CdatPerformance.OfRange(table, 1));
    }

    [Theory]
    [InlineData(false, null, EfiMemoryType.SpecialPurpose)]
    [InlineData(true, null, EfiMemoryType.Reserved)]
    [InlineData(false, EfiMemoryType.Conventional, EfiMemoryType.Conventional)]
    public void Of_EfiType_IsByKindUnlessGiven(bool persistent, EfiMemoryType? given, EfiMemoryType expected)
    {
        DeviceMemoryRange range = (persistent ? Persistent : Volatile) with { EfiType = given };
        Dsemts type = Assert.Single(DeviceCdat.Of([range]).Structures.OfType<Dsemts>());
        Assert.Equal(new Dsemts { Handle = range.Handle, MemoryType = expected, RangeLength = range.Length }, type);
    }

    [Fact]
    public void Of_SideCache_IsDescribed() =>
        Assert.Equal(
            new Dsmscis { Handle = 9, CacheSize = ByteSize.MiB(8), Attributes = 0x0040_1111 },
            Assert.Single(DeviceCdat.Of([Volatile, Persistent]).Structures.OfType<Dsmscis>()));

    [Fact]
    public void Of_Initiator_IsAttachedToTheFirstRange() =>
        Assert.Equal(
            new Dsis { Handle = 9, MemoryAttached = true },
            Assert.Single(DeviceCdat.Of([Persistent, Volatile], isInitiator: true).Structures.OfType<Dsis>()));

    [Fact]
    public void Of_InitiatorWithoutMemory_IsAlone() =>
        Assert.Equal(new Dsis { Handle = 0 }, Assert.Single(DeviceCdat.Of([], isInitiator: true).Structures));

    public static TheoryData<string, string> BadRanges => new()
    {
        { "handle", "two ranges have the handle 0" },
        { "empty", "the range with handle 9 is empty" },
        { "end", "the range with handle 9 reaches past the 64 bits of an address" },
        { "overlap", "the ranges with the handles 0 and 9 overlap" },
        { "latency", "the write latency of the range with handle 9 is 0 ps, not 1 to 2147483647" },
        { "bandwidth", "the read bandwidth of the range with handle 9 is 2147483648 MB/s, not 1 to 2147483647" },
    };

    [Theory]
    [MemberData(nameof(BadRanges))]
    public void Of_BadRange_SaysWhatIsWrong(string what, string problem)
    {
        DeviceMemoryRange bad = what switch
        {
            "handle" => Persistent with { Handle = 0 },
            "empty" => Persistent with { Length = new ByteSize(0) },
            "end" => Persistent with { Base = new Dpa(ulong.MaxValue - 0x7FFF_FFFE) },
            "overlap" => Persistent with { Base = new Dpa(0x3FFF_FFFF) },
            "latency" => Persistent with { Performance = Persistent.Performance with { WriteLatencyPs = 0 } },
            "bandwidth" => Persistent with { Performance = Persistent.Performance with { ReadBandwidthMBps = 0x8000_0000 } },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        Assert.Contains(
            problem, Assert.Throws<ArgumentException>(() => DeviceCdat.Of([Volatile, bad])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_MoreRangesThanHandles_SaysSo()
    {
        DeviceMemoryRange[] ranges =
        [
            .. Enumerable.Range(0, 257).Select(i => Volatile with { Handle = (byte)i, Base = new Dpa((ulong)i << 30) }),
        ];
        Assert.Contains("257 ranges are more than the 256 handles", DeviceCdat.Problems(ranges));
    }

    internal static DeviceMemoryRange Volatile { get; } = new()
    {
        Handle = 0,
        Base = new Dpa(0),
        Length = ByteSize.GiB(1),
        Performance = new MemoryPerformance(150_000, 123_457, 64_000, 32_000),
    };

    internal static DeviceMemoryRange Persistent { get; } = new()
    {
        Handle = 9,
        Base = new Dpa(0x4000_0000),
        Length = ByteSize.GiB(2),
        Flags = DsmasFlags.NonVolatile | DsmasFlags.Shareable | DsmasFlags.HardwareCoherent,
        Performance = new MemoryPerformance(2_147_483_647, 1, 65_535, 1),
        SideCache = ByteSize.MiB(8),
        SideCacheAttributes = 0x0040_1111,
    };
}
