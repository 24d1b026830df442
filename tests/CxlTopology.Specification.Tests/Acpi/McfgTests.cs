using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class McfgTests
{
    [Fact]
    public void ToBytes_TwoWindows_LieWhereTheLayoutSays()
    {
        byte[] table = Mcfg.ToBytes([Window(0, 0, 255, 0xE000_0000), Window(1, 0x80, 0xBF, 0x20_0000_0000)]);
        Assert.Equal(36 + 8 + 32, table.Length);
        Assert.Equal("MCFG", Encoding.ASCII.GetString(table, 0, 4));
        Assert.Equal((ulong)table.Length, RawBytes.At(table, 4, 4));
        Assert.Equal(0, RawBytes.Sum(table) % 256);
        Assert.Equal(0UL, RawBytes.At(table, 36, 8));
        Assert.Equal(0xE000_0000UL, RawBytes.At(table, 44, 8));
        Assert.Equal(0UL, RawBytes.At(table, 52, 2));
        Assert.Equal(0x20_0000_0000UL, RawBytes.At(table, 60, 8));
        Assert.Equal(1UL, RawBytes.At(table, 68, 2));
        Assert.Equal(0x80, table[70]);
        Assert.Equal(0xBF, table[71]);
        Assert.Equal(0UL, RawBytes.At(table, 72, 4));
    }

    [Fact]
    public void TryParse_OfTheBytes_GivesTheWindows()
    {
        EcamWindow[] windows = [Window(0, 0, 255, 0xE000_0000), Window(7, 3, 9, 0x4000_0000)];
        Assert.True(Mcfg.TryParse(Mcfg.ToBytes(windows), out IReadOnlyList<EcamWindow>? read, out string? problem), problem);
        Assert.Equal(windows, read);
    }

    [Fact]
    public void TryParse_HalfAnEntry_IsRefused()
    {
        Assert.False(Mcfg.TryParse(RawBytes.AcpiTable("MCFG", new byte[8 + 24]), out _, out string? problem));
        Assert.Equal("an MCFG has 44 bytes and 16 for each window, not 68", problem);
    }

    [Fact]
    public void TryParse_AnyEntriesInAGoodHeader_NeitherThrowsNorForgetsWhy() =>
        Prop.ForAll(
            CedtProperties.Bytes(100).ToArbitrary(),
            body => Mcfg.TryParse(RawBytes.AcpiTable("MCFG", body), out IReadOnlyList<EcamWindow>? windows, out string? problem)
                ? windows is not null
                : problem is not null)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0x80, 0, 0, 0, 0x28000000UL)]
    [InlineData(0x80, 31, 7, 0xFFF, 0x280FFFFFUL)]
    [InlineData(0xBF, 1, 2, 4, 0x2BF0A004UL)]
    public void AddressOf_Function_CountsFromBusZero(byte bus, int device, int function, int offset, ulong address) =>
        Assert.Equal(new Hpa(address), Window(0, 0x80, 0xBF, 0x2000_0000).AddressOf(bus, device, function, offset));

    [Theory]
    [InlineData(0x7F, 0, 0, 0)]
    [InlineData(0xC0, 0, 0, 0)]
    [InlineData(0x80, 32, 0, 0)]
    [InlineData(0x80, 0, 8, 0)]
    [InlineData(0x80, 0, 0, 0x1000)]
    [InlineData(0x80, 0, 0, -1)]
    public void AddressOf_OutOfRange_Throws(byte bus, int device, int function, int offset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Window(0, 0x80, 0xBF, 0x2000_0000).AddressOf(bus, device, function, offset));

    public static TheoryData<EcamWindow[], string> BadWindows => new()
    {
        { [Window(0, 9, 8, 0)], "ends before it begins" },
        { [Window(0, 0, 8, 0x1000)], "not a multiple of 1 MiB" },
        { [Window(0, 0, 8, 0xFFFF_FFFF_FFF0_0000)], "reaches past the 64 bits" },
        { [Window(3, 8, 20, 0x1000_0000), Window(3, 0, 8, 0x8000_0000)], "share buses" },
        { [Window(3, 0, 8, 0x1000_0000), Window(4, 4, 12, 0x1000_0000)], "share addresses" },
    };

    [Theory]
    [MemberData(nameof(BadWindows))]
    public void ToBytes_BadWindows_SaysWhatIsWrong(EcamWindow[] windows, string problem) =>
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => Mcfg.ToBytes(windows)).Message, StringComparison.Ordinal);

    [Fact]
    public void Problems_MoreThanThereAreSegments_SaysSo()
    {
        EcamWindow[] windows = [.. Enumerable.Range(0, 65537).Select(i => Window((ushort)(i & 0xFFFF), 0, 0, (ulong)i << 20))];
        Assert.Contains("65537 ECAM windows are more than 65536", EcamWindow.Problems(windows));
    }

    [Fact]
    public void Problems_SideBySide_HasNone() =>
        Assert.Empty(EcamWindow.Problems([Window(0, 0, 127, 0x1000_0000), Window(0, 128, 255, 0x1000_0000)]));

    private static EcamWindow Window(ushort segment, byte first, byte last, ulong start) =>
        new() { Segment = segment, FirstBus = first, LastBus = last, Base = new Hpa(start) };
}
