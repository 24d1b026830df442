using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class FixedMemoryWindowTests
{
    [Fact]
    public void Contains_AtItsEdges_IsHalfOpen()
    {
        FixedMemoryWindow window = Window(2, 256);
        Assert.False(window.Contains(window.Base.Value - 1));
        Assert.True(window.Contains(window.Base.Value));
        Assert.True(window.Contains(window.Base.Value + window.Size.Bytes - 1));
        Assert.False(window.Contains(window.Base.Value + window.Size.Bytes));
    }

    [Fact]
    public void TargetIndexOf_ThreeWaysUnalignedBase_CountsFromAddressZero()
    {
        FixedMemoryWindow window = Window(3, 256) with { Base = new Hpa(0x1_1000_0000), Size = new ByteSize(0x6000_0000) };
        Assert.Equal((int)(0x1_1000_0000UL / 256 % 3), window.TargetIndexOf(0x1_1000_0000));
        Assert.NotEqual(0, window.TargetIndexOf(0x1_1000_0000));
    }

    [Theory]
    [InlineData(0x1_0048_D156UL, 3)]
    [InlineData(0x1_0048_D056UL, 2)]
    public void TargetIndexOf_FourWayXor_TakesTheParities(ulong hpa, int index) => Assert.Equal(index, FourWayXor().TargetIndexOf(hpa));

    [Fact]
    public void LinesOf_Xor_PartitionsThePageAsTargetIndexOfSays() =>
        Prop.ForAll(
            (from xor in LegalInterleaves.AnyXor from word in LegalInterleaves.Word select (xor.Interleave, xor.Maps, word)).ToArbitrary(),
            x => LinesMatch(
                Window(x.Interleave.Ways, x.Interleave.Granularity) with { Arithmetic = InterleaveArithmetic.Xor, XorMaps = x.Maps },
                x.word & ~0xFFFUL))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void LinesOf_MapWithSeveralBitsInAPage_IsExactToo()
    {
        Assert.True(XorMaps.TryCreate([0x404500, 0x808A00], 4, out XorMaps? maps, out _));
        FixedMemoryWindow window = Window(4, 256) with { Arithmetic = InterleaveArithmetic.Xor, XorMaps = maps };
        for (ulong page = 0; page < 0x10000; page += 0x1000)
            Assert.True(LinesMatch(window, page));
    }

    [Fact]
    public void LinesOf_Modulo_IsThatOfTheInterleave()
    {
        FixedMemoryWindow window = Window(6, 512);
        Assert.Equal(window.Interleave.LinesOf(4, 0x3000), window.LinesOf(4, 0x3000));
    }

    [Fact]
    public void Problems_GoodWindows_HaveNone()
    {
        Assert.Empty(FixedMemoryWindow.Problems(Window(12, 1024)));
        Assert.Empty(FixedMemoryWindow.Problems(FourWayXor()));
        Assert.Empty(FixedMemoryWindow.Problems(Window(3, 256) with { Arithmetic = InterleaveArithmetic.Xor }));
    }

    [Fact]
    public void Problems_TrimmedWindowAtZero_MayEndAnywhereOn256MiB() =>
        Assert.Empty(FixedMemoryWindow.Problems(Window(2, 256) with { Base = new Hpa(0), Size = ByteSize.MiB(768) }));

    public static TheoryData<string, string> BadWindows => new()
    {
        { "base", "base 0x1000001000 is not a multiple of 256 MiB" },
        { "empty", "size is 0" },
        { "size", "size 257MiB is not a multiple of 256 MiB" },
        { "ways", "size 768MiB is not a multiple of 256 MiB x 4 ways" },
        { "end", "base 0xfffffc0000000 and size 4GiB reach past the 52 bits of a host address" },
        { "targets", "3 targets for 4 ways" },
        { "negative", "a target is negative; host-bridge UIDs are 0 to 2147483647" },
        { "arithmetic", "arithmetic 2 is neither 0 (modulo) nor 1 (XOR)" },
        { "no maps", "XOR arithmetic over 4 ways needs 2 XOR maps and there is no CXIMS of this granularity" },
        { "other maps", "the XOR maps are for 2 ways, the window has 4" },
        { "fine maps", "XOR map 0x404100 reaches below the granularity of 1024 bytes" },
    };

    [Theory]
    [MemberData(nameof(BadWindows))]
    public void Problems_OneThingWrong_SaysWhat(string what, string problem)
    {
        FixedMemoryWindow good = FourWayXor();
        XorMaps.TryCreate([0x404100], 2, out XorMaps? twoWay, out _);
        FixedMemoryWindow bad = what switch
        {
            "base" => good with { Base = new Hpa(0x10_0000_1000) },
            "empty" => good with { Size = new ByteSize(0) },
            "size" => good with { Size = ByteSize.MiB(257) },
            "ways" => good with { Size = ByteSize.MiB(768) },
            "end" => good with { Base = new Hpa(0xF_FFFF_C000_0000) },
            "targets" => good with { Targets = [0, 1, 2] },
            "negative" => good with { Targets = [0, 1, 2, -3] },
            "arithmetic" => good with { Arithmetic = (InterleaveArithmetic)2 },
            "no maps" => good with { XorMaps = null },
            "other maps" => good with { XorMaps = twoWay },
            "fine maps" => good with { Interleave = Interleave.Of(4, 1024) },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        Assert.Contains(problem, FixedMemoryWindow.Problems(bad));
    }

    private static bool LinesMatch(FixedMemoryWindow window, ulong page)
    {
        ulong all = 0;
        for (int target = 0; target < window.Interleave.Ways; target++)
        {
            ulong lines = window.LinesOf(target, page);
            all |= lines;
            for (int line = 0; line < 64; line++)
                Assert.Equal(window.TargetIndexOf(page + ((ulong)line * 64)) == target, (lines >> line & 1) == 1);
        }

        return all == ulong.MaxValue;
    }

    private static FixedMemoryWindow FourWayXor()
    {
        Assert.True(XorMaps.TryCreate([0x404100, 0x808200], 4, out XorMaps? maps, out _));
        return Window(4, 256) with { Base = new Hpa(0x1_0000_0000), Arithmetic = InterleaveArithmetic.Xor, XorMaps = maps };
    }

    private static FixedMemoryWindow Window(int ways, int granularity) => new()
    {
        Base = new Hpa(0x10_0000_0000),
        Size = ByteSize.GiB((ulong)ways),
        Interleave = Interleave.Of(ways, granularity),
        Targets = [.. Enumerable.Range(0, ways)],
    };
}
