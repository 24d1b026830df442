namespace CxlTopology.Specification.Tests;

/// <summary>Addresses worked out by hand, level by level, root first.</summary>
public sealed class WorkedExamplesTests
{
    // Ways and granularity of every level, endpoint last; region base; DPA base; HPA; target index at each level above the endpoint;
    // position; DPA.
    public static TheoryData<string, ulong, ulong, ulong, string, int, ulong> Modulo => new()
    {
        { "1/256 1/256", 0x2_5000_0000, 0x5000_0000, 0x2_5123_4567, "0", 0, 0x5123_4567 },
        { "1/256 2/256 2/256", 0x10_0000_0000, 0, 0x10_0001_2345, "0,1", 1, 0x9145 },
        { "2/256 2/512 4/256", 0x20_0000_0000, 0, 0x20_0000_0ABC, "0,1", 2, 0x2BC },
        { "1/256 2/4096 2/8192 4/4096", 0x18_0000_0000, 0x1000_0000, 0x18_0123_4567, "0,0,0", 0, 0x1048_D567 },
        { "2/1024 2/2048 2/4096 8/1024", 0x30_0000_0000, 0, 0x30_1234_5678, "1,0,1", 5, 0x246_8A78 },
        { "3/256 2/256 6/256", 0x48_0000_0000, 0, 0x48_0000_1A10, "2,0", 2, 0x410 },
        { "3/1024 2/1024 2/2048 12/1024", 0x60_0000_0000, 0, 0x60_0000_7ABC, "0,0,1", 6, 0xABC },
        { "4/256 4/1024 16/256", 0x80_0000_0000, 0, 0x80_0000_FEDC, "2,3", 14, 0xFDC },
    };

    [Theory]
    [MemberData(nameof(Modulo))]
    public void Example_Modulo_RoutesAndTranslatesBothWays(
        string levels, ulong regionBase, ulong dpaBase, ulong hpa, string route, int position, ulong dpa)
    {
        Interleave[] interleaves = [.. levels.Split(' ').Select(Parse)];
        int[] taken = [.. interleaves[..^1].Select(level => level.TargetOf(hpa))];
        Assert.Equal(route, string.Join(',', taken));

        (int found, ulong offset) = AddressTranslation.ToDevice(hpa - regionBase, interleaves[^1]);
        Assert.Equal((position, dpa), (found, dpaBase + offset));
        Assert.Equal(hpa, regionBase + AddressTranslation.ToHost(position, dpa - dpaBase, interleaves[^1]));
    }

    [Fact]
    public void Example_ThreeWaysOnAnUnalignedBase_TranslatesByOffsetAndRoutesByAddress()
    {
        const ulong regionBase = 0x40_0000_0000;
        var interleave = Interleave.Of(3, 512);
        Assert.Equal((0, 0x39_45EFUL), AddressTranslation.ToDevice(0xAB_CDEF, interleave));
        Assert.Equal(0xAB_CDEFUL, AddressTranslation.ToHost(0, 0x39_45EF, interleave));

        // 0x40_0000_0000 / 512 leaves 2 when divided by 3: the absolute pick is not the one counted from the base.
        Assert.Equal(2, interleave.TargetOf(regionBase));
        Assert.Equal(2, interleave.TargetOf(regionBase + 0xAB_CDEF));
        Assert.Equal(0, interleave.PositionOf(0xAB_CDEF));
    }

    [Theory]
    [InlineData(2, 0, 0x2040, 0x4040, 0x1_0000_4140)]
    [InlineData(2, 1, 0x2040, 0x4140, 0x1_0000_4040)]
    [InlineData(4, 3, 0x12_3456, 0x48_D356, 0x1_0048_D156)]
    [InlineData(4, 2, 0x12_3456, 0x48_D256, 0x1_0048_D056)]
    public void Example_Xor_AppliesTheMapsAfterTheFormula(int ways, int position, ulong dpa, ulong modulo, ulong hpa)
    {
        const ulong regionBase = 0x1_0000_0000;
        var interleave = Interleave.Of(ways, 256);
        Assert.True(XorMaps.TryCreate([0x404100, 0x808200], ways, out XorMaps? maps, out _));
        Assert.Equal(modulo, AddressTranslation.ToHost(position, dpa, interleave));
        Assert.Equal(hpa, maps.Transform(regionBase + modulo));
        Assert.Equal(hpa - regionBase, AddressTranslation.ToHost(position, dpa, interleave, InterleaveArithmetic.Xor, maps));
        Assert.Equal((position, dpa), AddressTranslation.ToDevice(hpa - regionBase, interleave, InterleaveArithmetic.Xor, maps));
        Assert.Equal(position, interleave.TargetOf(maps.Transform(hpa)));
    }

    private static Interleave Parse(string level)
    {
        string[] parts = level.Split('/');
        return Interleave.Of(
            int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
