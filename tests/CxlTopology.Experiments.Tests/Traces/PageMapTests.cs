using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments.Tests;

public sealed class PageMapTests
{
    [Fact]
    public void Sequential_NewPages_LieInTheOrderOfFirstTouch() =>
        Assert.Equal([0UL, 1, 0, 2, 1], Map(new PageMap(ByteSize.KiB(16), PagePlacement.Sequential), 900, 7, 900, 8, 7));

    [Fact]
    public void Interleaved_NewPages_GoRoundTheChunks() =>
        Assert.Equal([0UL, 3, 6, 1, 4, 7, 2, 5, 8, 9, 10], Map(Make(11, PagePlacement.Interleaved, chunks: 3), [.. Pages(11)]));

    [Fact]
    public void Random_NewPages_AreAPermutationOfTheRegion()
    {
        ulong[] placed = Map(Make(1000, PagePlacement.Random), [.. Pages(1000)]);

        Assert.Equal(1000, placed.Distinct().Count());
        Assert.All(placed, page => Assert.InRange(page, 0UL, 999UL));
        Assert.NotEqual(Pages(1000), placed);
    }

    [Fact]
    public void Random_SameStream_PlacesAlike()
    {
        Assert.Equal(Map(Make(99, PagePlacement.Random), 5, 6, 7), Map(Make(99, PagePlacement.Random), 8, 9, 10));
        Assert.NotEqual(Map(Make(99, PagePlacement.Random), 5, 6, 7), Map(Make(99, PagePlacement.Random, seed: 2), 5, 6, 7));
    }

    [Theory]
    [InlineData(PagePlacement.Sequential)]
    [InlineData(PagePlacement.Random)]
    [InlineData(PagePlacement.Interleaved)]
    public void TryMap_WhenFull_RefusesNewPagesAndKeepsOld(PagePlacement placement)
    {
        PageMap map = Make(4, placement, chunks: 2);
        ulong[] first = Map(map, 10, 11, 12, 13);

        Assert.False(map.TryMap(14 * 4096, out ulong none));
        Assert.Equal(0UL, none);
        Assert.Equal((4, 4), (map.Count, map.Capacity));
        Assert.Equal(first, Map(map, 10, 11, 12, 13));
    }

    [Fact]
    public void TryMap_WithinAPage_KeepsTheOffset()
    {
        PageMap map = Make(4, PagePlacement.Sequential);

        Assert.True(map.TryMap(0xFFFF_FFFF_FFFF_F123, out ulong offset));
        Assert.Equal(0x123UL, offset);
    }

    [Fact]
    public void Capacity_OfAHugeRegion_IsBounded() =>
        Assert.Equal(PageMap.MostPages, new PageMap(new ByteSize(1UL << 62), PagePlacement.Random).Capacity);

    [Fact]
    public void Region_WithPartOfAPageAtItsEnd_DoesNotUseIt() =>
        Assert.Equal(1, new PageMap(new ByteSize(8191), PagePlacement.Sequential).Capacity);

    [Theory]
    [InlineData(4095UL, 1)]
    [InlineData((1UL << 62) + 1, 1)]
    [InlineData(8192UL, 0)]
    [InlineData(8192UL, 3)]
    public void Construction_OutsideTheRanges_IsRefused(ulong bytes, int chunks) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PageMap(new ByteSize(bytes), PagePlacement.Interleaved, chunks));

    private static IEnumerable<ulong> Pages(int count) => Enumerable.Range(0, count).Select(page => (ulong)page);

    private static PageMap Make(ulong pages, PagePlacement placement, int chunks = 1, ulong seed = 1) =>
        new(new ByteSize(pages * 4096), placement, chunks, new RandomStream(seed, "pages"));

    private static ulong[] Map(PageMap map, params ulong[] pages) => Array.ConvertAll(pages, page =>
    {
        Assert.True(map.TryMap(page * 4096, out ulong offset));
        return offset / 4096;
    });
}
