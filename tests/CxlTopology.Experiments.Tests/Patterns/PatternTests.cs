using CxlTopology.Specification;

namespace CxlTopology.Experiments.Tests;

public sealed class PatternTests
{
    private static readonly PatternSettings settings = new() { RegionSize = ByteSize.KiB(64), Count = 20_000, Seed = 7 };

    public static TheoryData<string> Names => ["random", "sequential", "stride", "chase", "hot", "zipf"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_SameSeedAndPath_GivesTheSameAccesses(string name) =>
        Assert.Equal(Drain.All(Make(name, settings)), Drain.All(Make(name, settings)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_AtItsCount_Ends(string name) =>
        Assert.Equal(20_000, Drain.All(Make(name, settings)).Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_CountOfZero_GivesNothing(string name) =>
        Assert.Empty(Drain.All(Make(name, settings with { Count = 0 })));

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_RegionNotAMultipleOfTheAccess_StaysInside(string name)
    {
        foreach (int bytes in new[] { 8, 64, 256, 4096 })
        {
            PatternSettings odd = settings with { RegionSize = new ByteSize(65_535), AccessBytes = bytes };
            Assert.All(Drain.All(Make(name, odd)), access => Assert.True(access.Offset + (ulong)access.Bytes <= 65_535));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_ReadShareOfSevenTenths_IsCloseToIt(string name)
    {
        int reads = Drain.All(Make(name, settings with { ReadShare = new Ratio(7, 10) })).Count(access => !access.IsWrite);

        Assert.InRange(reads, 13_700, 14_300);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_ReadShareNoneOrAll_IsExact(string name)
    {
        Assert.All(Drain.All(Make(name, settings with { ReadShare = Ratio.All })), access => Assert.False(access.IsWrite));
        Assert.All(Drain.All(Make(name, settings with { ReadShare = Ratio.None })), access => Assert.True(access.IsWrite));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_OtherReadShare_LeavesTheAddresses(string name) =>
        Assert.Equal(
            Drain.All(Make(name, settings)).Select(access => access.Offset),
            Drain.All(Make(name, settings with { ReadShare = Ratio.Percent(50) })).Select(access => access.Offset));

    [Theory]
    [MemberData(nameof(Names))]
    public void Pattern_PerAccess_AllocatesNothing(string name)
    {
        AccessPattern pattern = Make(name, settings with { Count = long.MaxValue, ReadShare = Ratio.Percent(70) });
        pattern.TryNext(out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            pattern.TryNext(out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("random")]
    [InlineData("chase")]
    [InlineData("hot")]
    [InlineData("zipf")]
    public void Pattern_OtherSeedOrPath_GivesOtherAddresses(string name)
    {
        List<Access> first = Drain.All(Make(name, settings));

        Assert.NotEqual(first, Drain.All(Make(name, settings with { Seed = 8 })));
        Assert.NotEqual(first, Drain.All(Make(name, settings with { Path = "host1" })));
    }

    [Fact]
    public void Random_ManyAccesses_ReachEveryPlaceAboutEquallyOften()
    {
        PatternSettings small = settings with { RegionSize = ByteSize.KiB(1), Count = 16_000 };
        var counts = Drain.All(new RandomPattern(small)).GroupBy(access => access.Offset).Select(group => group.Count()).ToList();

        Assert.Equal(16, counts.Count);
        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Sequential_AtTheEnd_StartsAgain()
    {
        var pattern = new SequentialPattern(settings with { RegionSize = new ByteSize(256 + 63), Count = 6 }, start: 130);

        Assert.Equal([128UL, 192, 0, 64, 128, 192], Drain.All(pattern).Select(access => access.Offset));
    }

    [Fact]
    public void Sequential_StartOutsideTheRegion_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequentialPattern(settings, start: 65_536));

    [Theory]
    [InlineData(64, new ulong[] { 0, 64, 128, 192, 256, 0, 64 })]
    [InlineData(128, new ulong[] { 0, 128, 256, 64, 192, 0, 128 })]
    [InlineData(-64, new ulong[] { 0, 256, 192, 128, 64, 0, 256 })]
    [InlineData(384, new ulong[] { 0, 64, 128, 192, 256, 0, 64 })]
    [InlineData(320, new ulong[] { 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(100, new ulong[] { 0, 64, 192, 256, 64, 128, 256 })]
    [InlineData(long.MinValue, new ulong[] { 0, 192, 64, 256, 128, 0, 192 })]
    public void Stride_OverFiveLines_WrapsModuloTheSpan(long stride, ulong[] offsets)
    {
        var pattern = new StridePattern(settings with { RegionSize = new ByteSize(5 * 64), Count = 7 }, stride);

        Assert.Equal(offsets, Drain.All(pattern).Select(access => access.Offset));
    }

    [Fact]
    public void Stride_OfZero_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new StridePattern(settings, 0));

    [Fact]
    public void Stride_InTheLargestRegion_DoesNotOverflow()
    {
        var pattern = new StridePattern(settings with { RegionSize = new ByteSize(1UL << 62), Count = 100 }, long.MaxValue - 63);

        Assert.All(Drain.All(pattern), access => Assert.True(access.Offset < 1UL << 62));
    }

    [Fact]
    public void HotSpot_NineTenthsToOneTenth_KeepsBothShares()
    {
        PatternSettings hundred = settings with { RegionSize = new ByteSize(6400) };
        var pattern = new HotSpotPattern(hundred, Ratio.Percent(90), Ratio.Percent(10));
        List<Access> accesses = Drain.All(pattern);

        Assert.Equal(640UL, pattern.HotBytes);
        Assert.InRange(accesses.Count(access => access.Offset < 640), 17_800, 18_200);
        Assert.Equal(100, accesses.Select(access => access.Offset).Distinct().Count());
    }

    [Theory]
    [InlineData(0UL, 64UL)]
    [InlineData(100UL, 99 * 64UL)]
    public void HotSpot_ShareOfTheRegionAtItsEnds_LeavesOnePlaceForEither(ulong percent, ulong hotBytes)
    {
        PatternSettings hundred = settings with { RegionSize = new ByteSize(6400) };

        Assert.Equal(hotBytes, new HotSpotPattern(hundred, Ratio.Percent(50), Ratio.Percent(percent)).HotBytes);
    }

    [Fact]
    public void HotSpot_AllAccessesHot_NeverLeavesTheHotPart()
    {
        var pattern = new HotSpotPattern(settings, Ratio.All, Ratio.Percent(10));

        Assert.All(Drain.All(pattern), access => Assert.True(access.Offset < pattern.HotBytes));
    }

    [Fact]
    public void HotSpot_RegionOfOneAccess_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new HotSpotPattern(settings with { RegionSize = new ByteSize(64) }, Ratio.Percent(90), Ratio.Percent(10)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(127)]
    public void Zipf_PlaceOfRankK_GetsItsShareOfOneByK(int places)
    {
        const int count = 200_000;
        PatternSettings some = settings with { RegionSize = new ByteSize((ulong)places * 64), Count = count };
        List<int> counts = Drain.All(new ZipfPattern(some)).GroupBy(access => access.Offset).Select(group => group.Count()).ToList();
        counts.Sort();
        counts.Reverse();
        double harmonic = Enumerable.Range(1, places).Sum(rank => 1.0 / rank);

        Assert.Equal(places, counts.Count);
        for (int rank = 1; rank <= Math.Min(places, 10); rank++)
            Assert.InRange(counts[rank - 1], 0.95 * count / rank / harmonic, 1.05 * count / rank / harmonic);
        double upperHalf = Enumerable.Range(1, places / 2).Sum(rank => 1.0 / rank) / harmonic * count;
        Assert.InRange(counts.Take(places / 2).Sum(), upperHalf * 0.98, upperHalf * 1.02);
    }

    private static AccessPattern Make(string name, PatternSettings settings) => name switch
    {
        "random" => new RandomPattern(settings),
        "sequential" => new SequentialPattern(settings),
        "stride" => new StridePattern(settings, 4160),
        "chase" => new PointerChasePattern(settings),
        "hot" => new HotSpotPattern(settings, Ratio.Percent(90), Ratio.Percent(10)),
        "zipf" => new ZipfPattern(settings),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such pattern."),
    };
}
