namespace CxlTopology.Specification.Tests;

public sealed class CdatPerformanceTests
{
    [Theory]
    [InlineData(CdatDataType.AccessLatency, 30, 30, 0, 0)]
    [InlineData(CdatDataType.ReadLatency, 30, 0, 0, 0)]
    [InlineData(CdatDataType.WriteLatency, 0, 30, 0, 0)]
    [InlineData(CdatDataType.AccessBandwidth, 0, 0, 30, 30)]
    [InlineData(CdatDataType.ReadBandwidth, 0, 0, 30, 0)]
    [InlineData(CdatDataType.WriteBandwidth, 0, 0, 0, 30)]
    [InlineData((CdatDataType)6, 0, 0, 0, 0)]
    public void OfRange_DataType_SaysWhichFigureItIs(CdatDataType type, uint readPs, uint writePs, uint readMBps, uint writeMBps) =>
        Assert.Equal(
            new MemoryPerformance(readPs, writePs, readMBps, writeMBps),
            CdatPerformance.OfRange(new Cdat([Range, Figure with { DataType = type }]), 1));

    [Fact]
    public void OfRange_OtherLevelThanMemory_DoesNotCount() =>
        Assert.Equal(default(MemoryPerformance), CdatPerformance.OfRange(new Cdat([Range, Figure with { Flags = 1 }]), 1));

    [Fact]
    public void OfRange_FlagsAboveTheLevel_DoNotMatter() =>
        Assert.Equal(30u, CdatPerformance.OfRange(new Cdat([Range, Figure with { Flags = 0x30 }]), 1)!.Value.ReadLatencyPs);

    [Fact]
    public void OfRange_OtherHandle_DoesNotCount() =>
        Assert.Equal(default(MemoryPerformance), CdatPerformance.OfRange(new Cdat([Range, Figure with { Handle = 2 }]), 1));

    [Fact]
    public void OfRange_FiguresWithoutARange_AreNothing() => Assert.Null(CdatPerformance.OfRange(new Cdat([Figure]), 1));

    [Fact]
    public void OfRange_TwoFiguresOfOneType_TheLastCounts() =>
        Assert.Equal(
            new MemoryPerformance(70, 0, 0, 0), CdatPerformance.OfRange(new Cdat([Range, Figure, Figure with { Entry = 7 }]), 1));

    private static Dsmas Range { get; } = new() { Handle = 1, Base = new Dpa(0), RangeLength = ByteSize.MiB(256) };

    private static Dslbis Figure { get; } = new() { Handle = 1, DataType = CdatDataType.ReadLatency, BaseUnit = 10, Entry = 3 };
}
