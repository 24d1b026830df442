using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Description.Tests.Regions;

public sealed class RegionTests
{
    private static DescriptionResult Parse(string text) => TopologyFile.Parse("version: 1\n" + text, "test.yaml");

    private static TopologyModel Load(string text)
    {
        DescriptionResult result = Parse(text);
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }

    private static string OneDevice(string windows, string regions) =>
        $"hosts: {{host0: {{windows: [{windows}], bridges: {{hb0: {{passthrough: false, ports: {{rp0: m}}}}}}}}}}\n"
        + $"endpoints: {{m: {{type: 3, memory: 2GiB, persistent: 2GiB, decoders: 8}}}}\nregions:\n{regions}";

    [Fact]
    public void Place_WithoutBase_TakesTheLowestGapInFileOrder()
    {
        TopologyModel model = Load(OneDevice("{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}",
            "  a: {endpoints: [m], size: 512MiB}\n  b: {endpoints: [m], base: 0x10_1000_0000, size: 256MiB}\n  c: {endpoints: [m], size: "
                + "256MiB}\n"));

        Assert.Equal([0x10_2000_0000UL, 0x10_1000_0000UL, 0x10_0000_0000UL], model.Regions.Select(region => region.Base.Value));
    }

    [Fact]
    public void Allocate_SeveralRegions_GoByAddressNotByFileOrder()
    {
        TopologyModel model = Load(OneDevice("{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}",
            "  high: {endpoints: [m], base: 0x10_4000_0000, size: 512MiB}\n  low: {endpoints: [m], base: 0x10_0000_0000, size: 256MiB}\n"));

        Assert.Equal((0x1000_0000UL, 1), (model.Regions[0].Targets[0].Dpa.Value, model.Regions[0].Targets[0].Decoder));
        Assert.Equal((0UL, 0), (model.Regions[1].Targets[0].Dpa.Value, model.Regions[1].Targets[0].Decoder));
    }

    [Fact]
    public void Allocate_PersistentAfterPartOfVolatile_Skips()
    {
        TopologyModel model = Load(OneDevice("{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}",
            "  ram: {endpoints: [m], size: 512MiB}\n  pmem: {endpoints: [m], memory: pmem, size: 1GiB}\n"));

        RegionTargetModel target = model.Regions[1].Targets[0];
        Assert.Equal((2UL << 30, 3UL << 29, 1), (target.Dpa.Value, target.Skip.Bytes, target.Decoder));
    }

    [Fact]
    public void Region_UnderWindowOfOneTarget_MayHaveItsOwnGranularity() =>
        Assert.Equal(4096, Load(OneDevice("{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], granularity: 256B}",
            "  a: {endpoints: [m], granularity: 4KiB, size: 512MiB}\n")).Regions[0].Granularity);

    [Theory]
    [InlineData(0, "m0, m1, m2")]
    [InlineData(1, "m1, m2, m0")]
    [InlineData(2, "m2, m0, m1")]
    public void Region_ThreeWays_BeginsWhereTheAbsoluteAddressSays(int step, string order)
    {
        // Every 256 MiB are 2^20 granules of 256 B, one more than a multiple of three.
        string text = string.Create(CultureInfo.InvariantCulture,
            $"hosts: {{host0: {{windows: [{{base: 0x{0xC_0000_0000 + ((ulong)step << 28):x}, size: 768MiB, targets: [hb0, hb1, hb2]}}], "
                + $"bridges: {{hb0: {{p: m0}}, hb1: {{p: m1}}, hb2: {{p: m2}}}}}}}}\n"
            + $"endpoints: {{m0: &m {{type: 3, memory: 1GiB}}, m1: *m, m2: *m}}\nregions: {{r: {{endpoints: [{order}], size: 768MiB}}}}\n");

        Assert.Equal("", string.Join("\n", Parse(text).Errors));
    }

    [Fact]
    public void Region_TwelveWaysOverThreeBridges_FollowsTheSharedBits()
    {
        // Two root ports and two downstream ports below each of three bridges: position x goes to bridge x mod 3, port x mod 2, downstream
        // port (x / 2) mod 2.
        string[] order = [.. Enumerable.Range(0, 12)
            .Select(x => string.Create(CultureInfo.InvariantCulture, $"b{x % 3}r{x % 2}d{x / 2 % 2}"))];
        TopologyModel model = Load(TwelveWays(string.Join(", ", order)));

        Assert.Equal(order, model.Regions[0].Targets.Select(target => target.Endpoint.Name));
    }

    [Fact]
    public void Region_TwelveWaysRoundThePorts_NeedsOnlyOtherTargetLists() =>
        Assert.NotNull(Parse(TwelveWays(
            "b0r0d0, b1r0d0, b2r0d0, b0r1d0, b1r1d0, b2r1d0, b0r0d1, b1r0d1, b2r0d1, b0r1d1, b1r1d1, b2r1d1")).Model);

    [Fact]
    public void Region_TwelveWaysBridgeByBridge_IsRefused() =>
        Assert.Equal(DescriptionErrorCode.RegionOrder, Assert.Single(
            Parse(TwelveWays("b0r0d0, b0r0d1, b0r1d0, b0r1d1, b1r0d0, b1r0d1, b1r1d0, b1r1d1, b2r0d0, b2r0d1, b2r1d0, b2r1d1")).Errors)
                .Code);

    [Fact]
    public void Region_AnyOrderOfEndpoints_IsGoodOrNamesOneThatIs()
    {
        Arbitrary<int> seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();
        Prop.ForAll(seeds, seed =>
        {
            string[] members = [.. Enumerable.Range(0, 8).Select(i => "m" + i.ToString(CultureInfo.InvariantCulture))];
            for (int i = 7; i > 0; i--)
            {
                int j = seed / (i + 1) % (i + 1);
                (members[i], members[j]) = (members[j], members[i]);
            }

            DescriptionResult result = Parse(EightWays(string.Join(", ", members)));
            if (result.Model is not null)
                return true;
            string help = Assert.Single(result.Errors).Help;
            string order = help[(help.IndexOf('[', StringComparison.Ordinal) + 1)..help.IndexOf(']', StringComparison.Ordinal)];
            return Parse(EightWays(order)).Model is not null;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Region_SwappedPortsInATargetList_IsGood() =>
        Assert.NotNull(Parse(EightWays("m3, m6, m1, m4, m2, m7, m0, m5")).Model);

    private static string EightWays(string order) =>
        "hosts: {host0: {windows: [{base: 64GiB, size: 8GiB, targets: [hb0, hb1]}], bridges: {"
        + "hb0: {rp0: {switch: s0, ports: {a: m0, b: m1}}, rp1: {switch: s1, ports: {a: m2, b: m3}}}, hb1: {rp0: {switch: s2, ports: {a: "
            + "m4, b: m5}}, rp1: {switch: s3, ports: {a: m6, b: m7}}}}}}\n"
        + "endpoints: {m0: &m {type: 3, memory: 1GiB}, m1: *m, m2: *m, m3: *m, m4: *m, m5: *m, m6: *m, m7: *m}\n"
        + $"regions: {{r: {{endpoints: [{order}], size: 8GiB}}}}\n";

    private static string TwelveWays(string order)
    {
        string bridges = string.Join(", ", Enumerable.Range(0, 3).Select(b =>
            $"hb{b}: {{rp0: {{switch: s{b}0, ports: {{d0: b{b}r0d0, d1: b{b}r0d1}}}}, rp1: {{switch: s{b}1, ports: {{d0: b{b}r1d0, d1: "
                + $"b{b}r1d1}}}}}}"));
        string endpoints = string.Join(
            ", ", from b in Enumerable.Range(0, 3)
                  from r in Enumerable.Range(0, 2)
                  from d in Enumerable.Range(
            0, 2)
                  select $"b{b}r{r}d{d}: {{type: 3, memory: 1GiB}}");
        return $"hosts: {{host0: {{windows: [{{base: 48GiB, size: 12GiB, targets: [hb0, hb1, hb2], granularity: 1KiB}}], bridges: "
            + $"{{{bridges}}}}}}}\n"
            + $"endpoints: {{{endpoints}}}\nregions: {{r: {{endpoints: [{order}], size: 12GiB}}}}\n";
    }
}
