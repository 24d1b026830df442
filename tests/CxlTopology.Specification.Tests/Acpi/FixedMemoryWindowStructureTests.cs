namespace CxlTopology.Specification.Tests;

public sealed class FixedMemoryWindowStructureTests
{
    private static XorInterleaveMathStructure Maths { get; } = new() { GranularityEncoded = 1, Maps = [0x404200, 0x808400, 0x1010800] };

    public static TheoryData<string, WindowRefusal> Refusals => new()
    {
        { "good", WindowRefusal.None },
        { "arithmetic", WindowRefusal.UnknownArithmetic },
        { "base", WindowRefusal.BaseMisaligned },
        { "size", WindowRefusal.SizeMisaligned },
        { "ways", WindowRefusal.WaysReserved },
        { "targets", WindowRefusal.TargetsMissing },
        { "granularity", WindowRefusal.GranularityReserved },
        { "target", WindowRefusal.TargetOutOfRange },
        { "other granularity", WindowRefusal.XorMapsMissing },
        { "eight ways", WindowRefusal.None },
        { "sixteen ways", WindowRefusal.XorMapsTooFew },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void TryToWindow_OneThingWrong_SaysWhich(string what, WindowRefusal refusal)
    {
        FixedMemoryWindowStructure record = what switch
        {
            "good" => Record(),
            "arithmetic" => Record() with { Arithmetic = 2 },
            "base" => Record() with { Base = 0x1000_1000 },
            "size" => Record() with { Size = 0x1000_0001 },
            "ways" => Record() with { WaysEncoded = 5 },
            "targets" => Record() with { Targets = [1, 2, 3] },
            "granularity" => Record() with { GranularityEncoded = 0x107 },
            "target" => Record() with { Targets = [1, 2, 3, 0x8000_0000] },
            "other granularity" => Record() with { GranularityEncoded = 2 },
            "eight ways" => Record() with { WaysEncoded = 3, Targets = new uint[8] },
            "sixteen ways" => Record() with { WaysEncoded = 4, Targets = new uint[16] },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        Assert.Equal(refusal, record.TryToWindow([Maths], out FixedMemoryWindow? window));
        Assert.Equal(refusal == WindowRefusal.None, window is not null);
    }

    [Fact]
    public void TryToWindow_MapsThatUndoNothing_AreRefused()
    {
        XorInterleaveMathStructure conflicting = Maths with { Maps = [0x404200, 0x400600] };
        Assert.Equal(WindowRefusal.XorMapsUnusable, Record().TryToWindow([conflicting], out _));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 3)]
    public void TryToWindow_XorOverOneOrThreeWays_NeedsNoMaps(byte waysEncoded, int ways)
    {
        FixedMemoryWindowStructure record = Record() with { WaysEncoded = waysEncoded };
        Assert.Equal(WindowRefusal.None, record.TryToWindow([], out FixedMemoryWindow? window));
        Assert.Equal(ways, window!.Interleave.Ways);
    }

    [Fact]
    public void TryToWindow_OneWay_HasGranularity256()
    {
        FixedMemoryWindowStructure record = Record() with { WaysEncoded = 0, GranularityEncoded = 6 };
        Assert.Equal(WindowRefusal.None, record.TryToWindow([], out FixedMemoryWindow? window));
        Assert.Equal(Interleave.Of(1, 256), window!.Interleave);
        Assert.Equal(new[] { 4 }, window.Targets);
    }

    [Fact]
    public void TryToWindow_TheFirstRecordOfTheGranularity_Counts()
    {
        XorInterleaveMathStructure other = Maths with { Maps = [] };
        Assert.Equal(WindowRefusal.XorMapsTooFew, Record().TryToWindow([other, Maths], out _));
    }

    [Fact]
    public void TryToWindow_OfAWindowsRecord_IsTheWindow()
    {
        Assert.True(XorMaps.TryCreate(Maths.Maps, 12, out XorMaps? maps, out _));
        FixedMemoryWindow window = new()
        {
            Base = new Hpa(0x30_0000_0000),
            Size = ByteSize.GiB(12),
            Interleave = Interleave.Of(12, 512),
            Arithmetic = InterleaveArithmetic.Xor,
            XorMaps = maps,
            Restrictions = WindowRestrictions.Type2 | WindowRestrictions.Volatile | WindowRestrictions.Fixed,
            QtgId = 3,
            Targets = [.. Enumerable.Range(20, 12)],
        };
        Cedt table = Cedt.Of([], [window]);
        Assert.Equal(WindowRefusal.None, Assert.Single(table.Windows).TryToWindow(table.XorMaths, out FixedMemoryWindow? read));
        Assert.Equal(window.Targets, read!.Targets);
        Assert.Equal(window.XorMaps!.Maps, read.XorMaps!.Maps);
        Assert.Equal(window, read with { Targets = window.Targets, XorMaps = window.XorMaps });
    }

    [Fact]
    public void Of_WindowWithProblems_IsRefused()
    {
        FixedMemoryWindow window = new() { Base = new Hpa(0x1000), Size = ByteSize.MiB(256), Targets = [0] };
        Assert.Contains(
            "base 0x1000 is not a multiple",
            Assert.Throws<ArgumentException>(() => FixedMemoryWindowStructure.Of(window)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void XorMaths_WindowsOfOneGranularity_ShareTheLongestRecord()
    {
        XorInterleaveMathStructure record = Assert.Single(XorInterleaveMathStructure.Of(
            [Window(2, 512, Maths.Maps), Window(8, 512, Maths.Maps), Window(4, 512, Maths.Maps), Window(3, 512, [])]));
        Assert.Equal(1, record.GranularityEncoded);
        Assert.Equal(Maths.Maps, record.Maps);
    }

    [Fact]
    public void XorMaths_SeveralGranularities_AscendByCode() =>
        Assert.Equal(
            [0, 6],
            XorInterleaveMathStructure.Of([Window(2, 16384, [0x404000]), Window(2, 256, [0x404100])])
                .Select(record => (int)record.GranularityEncoded));

    [Fact]
    public void XorMaths_WindowsThatDisagree_AreRefused() =>
        Assert.Contains(
            "one has 0x404200 where the window at 0x0 has 0x80200",
            Assert.Throws<ArgumentException>(
                () => XorInterleaveMathStructure.Of([Window(2, 512, Maths.Maps), Window(4, 512, [0x80200, 0x808400])])).Message,
            StringComparison.Ordinal);

    private static FixedMemoryWindow Window(int ways, int granularity, ulong[] list)
    {
        Assert.True(XorMaps.TryCreate(list, ways, out XorMaps? maps, out string? problem), problem);
        return new FixedMemoryWindow
        {
            Base = new Hpa(0),
            Size = ByteSize.GiB((ulong)ways),
            Interleave = Interleave.Of(ways, granularity),
            Arithmetic = InterleaveArithmetic.Xor,
            XorMaps = maps,
            Targets = [.. Enumerable.Range(0, ways)],
        };
    }

    private static FixedMemoryWindowStructure Record() => new()
    {
        Base = 0x10_0000_0000,
        Size = 0x4000_0000,
        WaysEncoded = 2,
        Arithmetic = 1,
        GranularityEncoded = 1,
        Restrictions = 6,
        Targets = [4, 5, 6, 7],
    };
}
