using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Description.Tests.Hosts;

public sealed class BridgePlaceTests
{
    private static HostBridgeRequest Anywhere(int buses) => new(buses);

    private static HostBridgeRequest At(int buses, int? segment, int? bus) =>
        new(buses) { Segment = (ushort?)segment, FirstBus = (byte?)bus };

    private static string Places(params HostBridgeRequest[] requests) => string.Join(' ',
        HostBridgePlacement.Of(requests).Resources(0).Select(r => $"{r.Segment}:{r.FirstBus}-{r.LastBus}"));

    private static HostBridgeRefusal[] Refusals(params HostBridgeRequest[] requests) => [.. HostBridgePlacement.Of(requests).Refusals];

    [Fact]
    public void Place_Unstated_FillsSegmentsOneAfterTheOther() =>
        Assert.Equal("0:0-99 0:100-199 1:0-99 0:200-255", Places(Anywhere(100), Anywhere(100), Anywhere(100), Anywhere(56)));

    [Fact]
    public void Place_WholeSegments_TakesOneEach() => Assert.Equal("0:0-255 1:0-255 2:0-255", Places(Anywhere(256), Anywhere(256), Anywhere(256)));

    [Fact]
    public void Place_Stated_ComesBeforeWhatIsFree() =>
        Assert.Equal("0:2-3 0:0-1 0:4-6", Places(Anywhere(2), At(2, 0, 0), Anywhere(3)));

    [Fact]
    public void Place_SegmentAlone_TakesTheFirstGapThere() =>
        Assert.Equal("7:10-14 7:0-9 7:15-20", Places(At(5, 7, 10), At(10, 7, null), At(6, 7, null)));

    [Fact]
    public void Place_BusAlone_TakesTheFirstSegmentWithThoseBusesFree() =>
        Assert.Equal("0:12-13 1:12-15 2:13-13", Places(At(2, 0, 12), At(4, 1, 12), At(1, null, 13)));

    [Fact]
    public void Place_LastSegmentAndBus_Fit() => Assert.Equal("65535:255-255", Places(At(1, 65535, 255)));

    [Fact]
    public void Place_TooManyBuses_IsRefused() => Assert.Equal([new HostBridgeRefusal(1, HostBridgeRefusalReason.TooManyBuses)], Refusals(Anywhere(256), Anywhere(257)));

    [Fact]
    public void Place_NoBus_IsRefused() => Assert.Equal([new HostBridgeRefusal(0, HostBridgeRefusalReason.TooManyBuses)], Refusals(Anywhere(0)));

    [Theory]
    [InlineData(254, 2, false)]
    [InlineData(255, 2, true)]
    [InlineData(1, 256, true)]
    public void Place_PastTheLastBus_IsRefused(int bus, int buses, bool refused) =>
        Assert.Equal(refused ? [new HostBridgeRefusal(0, HostBridgeRefusalReason.PastLastBus)] : [], Refusals(At(buses, null, bus)));

    [Fact]
    public void Place_Overlap_NamesWhoIsThere() =>
        Assert.Equal([new HostBridgeRefusal(2, HostBridgeRefusalReason.Overlap, 1)], Refusals(At(4, 0, 0), At(4, 0, 8), At(5, 0, 4)));

    [Fact]
    public void Place_FullSegment_IsRefused() =>
        Assert.Equal([new HostBridgeRefusal(1, HostBridgeRefusalReason.SegmentFull)], Refusals(At(200, 3, null), At(57, 3, null)));

    [Fact]
    public void Place_SeveralWrong_RefusesEachInItsOrder() => Assert.Equal(
        [HostBridgeRefusalReason.TooManyBuses, HostBridgeRefusalReason.PastLastBus, HostBridgeRefusalReason.SegmentFull],
        Refusals(Anywhere(999), At(9, 0, 250), At(256, 1, null), At(1, 1, null)).Select(r => r.Reason));

    [Fact]
    public void Resources_WithARefusal_Throw() =>
        Assert.Throws<InvalidOperationException>(() => HostBridgePlacement.Of([Anywhere(257)]).Resources(0));

    [Fact]
    public void Resources_LargeMmio_DoNotOverlap()
    {
        IReadOnlyList<HostBridgeResources> placed = HostBridgePlacement.Of(
            [new(1) { MmioSize = 1 }, new(1) { MmioSize = (64UL << 30) + 1 }, new(1) { MmioSize = 0 }]).Resources(above: (1UL << 45) + 1);

        Assert.Equal([64UL << 30, 128UL << 30, 64UL << 30], placed.Select(r => r.MmioSize));
        Assert.All(placed.Zip(placed.Skip(1)), pair => Assert.Equal(pair.First.MmioBase + pair.First.MmioSize, pair.Second.MmioBase));
        Assert.True(placed[0].MmioBase >= placed[2].RegisterBase + HostBridgeResources.RegisterBytes);
        Assert.All(placed, r => Assert.True(r.RegisterBase > 1UL << 45 && r.MmioBase % (64UL << 30) == 0));
    }

    [Fact]
    public void Place_AnyRequests_GivesRangesThatDoNotOverlapAndAreWhereStated()
    {
        Gen<HostBridgeRequest> request =
            from buses in Gen.Frequency((8, Gen.Choose(1, 40)), (1, Gen.Choose(1, 256)))
            from segment in Gen.Frequency((2, Gen.Constant(-1)), (1, Gen.Choose(0, 2)))
            from bus in Gen.Frequency((3, Gen.Constant(-1)), (1, Gen.Choose(0, 256 - buses)))
            select At(buses, segment < 0 ? null : segment, bus < 0 ? null : bus);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(request.NonEmptyListOf().ToArbitrary(), list =>
        {
            HostBridgeRequest[] all = [.. list];
            HashSet<int> refused = [.. Refusals(all).Select(r => r.Bridge)];
            Assert.All(refused, i => Assert.NotNull(all[i].Segment)); // without a segment there is always another
            HostBridgeRequest[] kept = [.. all.Where((_, i) => !refused.Contains(i))];
            IReadOnlyList<HostBridgeResources> placed = HostBridgePlacement.Of(kept).Resources(0);

            Assert.All(kept.Zip(placed), pair => Assert.Equal(
                (pair.First.Segment ?? pair.Second.Segment, pair.First.FirstBus ?? pair.Second.FirstBus, pair.First.Buses),
                (pair.Second.Segment, pair.Second.FirstBus, pair.Second.LastBus - pair.Second.FirstBus + 1)));
            HashSet<(int, int)> taken = [];
            Assert.All(placed, p => Assert.All(Enumerable.Range(p.FirstBus, p.LastBus - p.FirstBus + 1), bus => Assert.True(taken.Add((p.Segment, bus)))));
        }));
    }

    [Fact]
    public void Build_StatedPlaces_AreThoseOfTheBridges()
    {
        DescriptionResult result = TopologyFile.Parse("""
            version: 1
            hosts:
              host0:
                bridges:
                  hb0: {rp0: a, rp1: }
                  hb1: {segment: 1, ports: {rp0: {switch: s, ports: {d0: b, d1: }}}}
                  hb2: {segment: 0x10, bus: 0x80, ports: {rp0: c}}
            endpoints: {a: &m {type: 3, memory: 1GiB}, b: *m, c: *m}
            """, "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));

        BuiltTopology built = TopologyBuilder.Build(result.Model!, new SimulationOptions());

        Assert.Equal(["0:0-2", "1:0-4", "16:128-129"], built.Hosts["host0"].Bridges
            .Select(b => $"{b.Resources.Segment}:{b.Resources.FirstBus}-{b.Resources.LastBus}"));
    }

    [Fact]
    public void Build_LargeBars_GiveTheBridgeAsMuchMmio()
    {
        string ports = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"rp{i}: e{i}"));
        string endpoints = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"e{i}: {{type: 2, memory: 1GiB, bar2: 8GiB}}"));
        TopologyModel model = TopologyFile.Parse($"version: 1\nhosts: {{host0: {{bridges: {{hb0: {{{ports}}}}}}}}}\nendpoints: {{{endpoints}}}\n", "test.yaml").Model!;

        HostBridgeResources place = TopologyBuilder.Build(model, new SimulationOptions()).Hosts["host0"].Bridges[0].Resources;

        Assert.True(place.MmioSize >= 20 * (8UL << 30), $"{place.MmioSize:x}");
    }
}
