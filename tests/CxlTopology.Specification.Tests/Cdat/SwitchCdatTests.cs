namespace CxlTopology.Specification.Tests;

public sealed class SwitchCdatTests
{
    [Fact]
    public void Of_ThreePorts_HasEachPairOnceInEachTable()
    {
        byte[] table = SwitchCdat.Of([2, 5, 7], 100_000, 64_000, 120_000, 32_000).ToBytes();
        const int second = 16 + 16 + (6 * 8);
        Assert.Equal((5UL, 0UL), (RawBytes.At(table, 16, 1), RawBytes.At(table, 16 + 4, 1)));
        Assert.Equal((5UL, 3UL), (RawBytes.At(table, second, 1), RawBytes.At(table, second + 4, 1)));
        Assert.Equal(
            [(2, 5, 120_000), (2, 7, 120_000), (5, 7, 120_000), (0x100, 2, 100_000), (0x100, 5, 100_000), (0x100, 7, 100_000)],
            Entries(table, 16));
        Assert.Equal(
            [(2, 5, 32_000), (2, 7, 32_000), (5, 7, 32_000), (0x100, 2, 64_000), (0x100, 5, 64_000), (0x100, 7, 64_000)],
            Entries(table, second));
        Assert.Equal(second + 16 + (6 * 8), table.Length);
    }

    [Fact]
    public void Of_Ports_SoftwareReadsTheWayToTheUpstreamPort()
    {
        Cdat table = SwitchCdat.Of([2, 5, 7], 100_000, 64_000, 120_000, 32_000);
        foreach (ushort port in new ushort[] { 2, 5, 7 })
            Assert.Equal(new MemoryPerformance(100_000, 100_000, 64_000, 64_000), CdatPerformance.OfDownstreamPort(table, port));
        Assert.Equal(default, CdatPerformance.OfDownstreamPort(table, 3));
    }

    [Theory]
    [InlineData(0x100, 4, 4, true)]
    [InlineData(0x100, 4, 5, false)]
    [InlineData(4, 0x100, 4, true)]
    [InlineData(0xFFFF, 4, 4, true)]
    [InlineData(0xFFFF, 4, 5, false)]
    [InlineData(0xFFFF, 0x100, 5, true)]
    [InlineData(0xFFFF, 0xFFFF, 5, true)]
    public void OfDownstreamPort_Wildcards_AreReadAsLinuxDoes(ushort x, ushort y, ushort port, bool meant)
    {
        Cdat table = new([new Sslbis { DataType = CdatDataType.ReadLatency, BaseUnit = 10, Entries = [new SslbisEntry(x, y, 3)] }]);
        Assert.Equal(meant ? new MemoryPerformance(30, 0, 0, 0) : default, CdatPerformance.OfDownstreamPort(table, port));
    }

    [Fact]
    public void Of_256Ports_GoesOnInFurtherStructures()
    {
        Cdat table = SwitchCdat.Of([.. Enumerable.Range(0, 256).Select(port => (byte)port)], 100, 64, 120, 32);
        Assert.Equal(
            [8189, 8189, 8189, 8189, 140, 8189, 8189, 8189, 8189, 140],
            table.Structures.Cast<Sslbis>().Select(figures => figures.Entries.Length));
        Assert.True(Cdat.TryParse(table.ToBytes(), out _, out string? problem), problem);
    }

    [Fact]
    public void Of_NoPorts_HasNoStructure() => Assert.Empty(SwitchCdat.Of([], 1, 1, 1, 1).Structures);

    [Fact]
    public void Of_FiguresTooFarApart_RoundsUpTogether()
    {
        Cdat table = SwitchCdat.Of([new SwitchPath(0x100, 1, 200_001, 1), new SwitchPath(0x100, 2, 3, 1)]);
        Assert.Equal([(0x100, 1, 200_004), (0x100, 2, 4)], Entries(table.ToBytes(), 16));
    }

    public static TheoryData<SwitchPath[], string> BadPaths => new()
    {
        { [new SwitchPath(0x101, 1, 1, 1)], "downstream ports have the numbers 0 to 255" },
        { [new SwitchPath(1, 0x100, 1, 1)], "only the first may be the upstream port" },
        { [new SwitchPath(1, 1, 1, 1)], "the way from port 1 to port 1 goes nowhere" },
        { [new SwitchPath(1, 2, 1, 1), new SwitchPath(2, 1, 1, 1)], "the way from port 2 to port 1 is there twice" },
        { [new SwitchPath(1, 2, 0, 1)], "has a latency of 0 ps" },
        { [new SwitchPath(1, 2, 1, 0x8000_0000)], "has a bandwidth of 2147483648 MB/s" },
        { new SwitchPath[32897], "32897 ways are more than the 32896" },
    };

    [Theory]
    [MemberData(nameof(BadPaths))]
    public void Of_BadPaths_SaysWhatIsWrong(SwitchPath[] paths, string problem) =>
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => SwitchCdat.Of(paths)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_ThePortTwice_IsRefused() => Assert.Throws<ArgumentException>(() => SwitchCdat.Of([1, 1], 1, 1, 1, 1));

    private static List<(int X, int Y, int Value)> Entries(byte[] table, int structure)
    {
        List<(int, int, int)> entries = [];
        int unit = (int)RawBytes.At(table, structure + 8, 8);
        int end = structure + (int)RawBytes.At(table, structure + 2, 2);
        for (int entry = structure + 16; entry < end; entry += 8)
        {
            entries.Add((
                (int)RawBytes.At(table, entry, 2), (int)RawBytes.At(table, entry + 2, 2), (int)RawBytes.At(table, entry + 4, 2) * unit));
        }

        return entries;
    }
}
