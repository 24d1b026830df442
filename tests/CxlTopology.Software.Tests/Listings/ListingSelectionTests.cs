using System.Text.Json.Nodes;

namespace CxlTopology.Software.Tests.Listings;

/// <summary>Two host bridges, each with two root ports, each with a switch of two devices; one region over all eight (measured).</summary>
public sealed class ListingSelectionTests
{
    private readonly MeasuredObjects objects = new(JsonNode.Parse(RepositoryFiles.Golden("linux-05-2hb2rp-sw2-g1024"))!["cxlListAfter"]!);

    [Fact]
    public void Memdevs_Alone_AreAFlatArrayById() =>
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"mem{i}"), Names(List(new() { Memdevs = true }), "memdev"));

    [Fact]
    public void TwoKinds_ThatDoNotNest_ComeInContainers()
    {
        JsonArray listing = List(new());

        Assert.Equal(["memdevs", "regions"], listing.Select(i => i!.AsObject().Single().Key));
        Assert.Equal(8, listing[0]!["memdevs"]!.AsArray().Count);
    }

    [Fact]
    public void Decoders_OfAllKinds_ComeInThreeContainers() =>
        Assert.Equal(["root decoders", "port decoders", "endpoint decoders"], List(new() { Decoders = true }).Select(i => i!.AsObject().Single().Key));

    [Theory]
    [InlineData("mem1", new[] { "mem1" })]
    [InlineData("1", new[] { "mem1" })]
    [InlineData("1,mem3", new[] { "mem1", "mem3" })]
    [InlineData("1 mem3", new[] { "mem1", "mem3" })]
    [InlineData("all", new[] { "mem0", "mem1", "mem2", "mem3", "mem4", "mem5", "mem6", "mem7" })]
    [InlineData("mem12", new string[0])]
    [InlineData("1x", new string[0])]
    public void MemdevFilter_IdsAndNames_AnyOfThemMatches(string filter, string[] expected) =>
        Assert.Equal(expected, Names(List(new() { MemdevFilter = filter }), "memdev"));

    [Theory]
    [InlineData("0x1000")]
    [InlineData("4096")]
    [InlineData("010000")]
    [InlineData("7,0x1000")]
    public void SerialFilter_InAnyBase_FindsTheDevice(string filter) =>
        Assert.Equal(4096, Assert.Single(List(new() { SerialFilter = filter }))!["serial"]!.GetValue<int>());

    [Fact]
    public void MemdevFilter_ByPlace_FindsTheDevice()
    {
        string place = objects.Core.Memdevs.Single(m => m.Id == 5).Function.Bdf.ToString();

        Assert.Equal(["mem5"], Names(List(new() { MemdevFilter = place }), "memdev"));
    }

    [Fact]
    public void MemdevAndSerialFilter_MustBothMatch()
    {
        ulong serial = objects.Core.Memdevs.Single(m => m.Id == 5).Serial;

        Assert.Equal(["mem5"], Names(List(new() { MemdevFilter = "4,5", SerialFilter = $"{serial}" }), "memdev"));
        Assert.Empty(List(new() { MemdevFilter = "4", SerialFilter = $"{serial}" }));
    }

    [Fact]
    public void PortFilter_WithoutSelector_ShowsThePortAlone()
    {
        JsonObject port = Assert.Single(List(new() { PortFilter = "1" }))!.AsObject();

        Assert.Equal("port1", port["port"]!.GetValue<string>());
        Assert.DoesNotContain(port, member => member.Key.Contains(':', StringComparison.Ordinal));
    }

    [Fact]
    public void PortFilter_WithSelector_ShowsWhatIsBelow()
    {
        JsonArray listing = List(new() { PortFilter = "port1", Memdevs = true });

        Assert.Equal(4, listing.Count);
    }

    [Fact]
    public void PortFilter_WithPorts_NestsThePortsBelow()
    {
        JsonObject port = Assert.Single(List(new() { PortFilter = "port1", Ports = true }))!.AsObject();

        Assert.Equal(2, port["ports:port1"]!.AsArray().Count);
    }

    [Fact]
    public void PortFilter_Single_LeavesOutWhatIsBelow()
    {
        JsonObject port = Assert.Single(List(new() { PortFilter = "port1", Ports = true, Single = true }))!.AsObject();

        Assert.False(port.ContainsKey("ports:port1"));
    }

    [Fact]
    public void PortFilter_ByHost_FindsTheSwitch()
    {
        CxlPort expected = objects.Core.Ports.First(p => p.Kind == CxlPortKind.Switch);

        Assert.Equal([expected.Name], Names(List(new() { PortFilter = expected.Host }), "port"));
    }

    [Fact]
    public void PortFilter_Root_ShowsTheBus() => Assert.Equal("ACPI.CXL", Assert.Single(List(new() { PortFilter = "root" }))!["provider"]!.GetValue<string>());

    [Fact]
    public void PortFilter_Switch_ShowsHostBridgesAndSwitches()
    {
        JsonArray listing = List(new() { PortFilter = "switch" });

        Assert.Equal(2, listing.Count);
        Assert.All(listing, bridge => Assert.Equal(2, bridge!["ports:" + bridge["port"]]!.AsArray().Count));
    }

    [Theory]
    [InlineData("root0")]
    [InlineData("0")]
    [InlineData("ACPI.CXL")]
    public void BusFilter_IdNameOrProvider_FindsTheRoot(string filter) => Assert.Single(List(new() { BusFilter = filter }));

    [Fact]
    public void BusFilter_OfAnotherBus_FindsNothing() =>
        Assert.Empty(List(new() { BusFilter = "cxl_test", Buses = true, Ports = true, Memdevs = true, Decoders = true, Regions = true }));

    [Fact]
    public void Buses_WithPorts_NestThem() => Assert.Equal(2, Assert.Single(List(new() { Buses = true, Ports = true }))!["ports:root0"]!.AsArray().Count);

    [Fact]
    public void Buses_WithRegionsWithoutDecoders_NestTheRegions() =>
        Assert.Equal(["region0"], Names(Assert.Single(List(new() { Buses = true, Regions = true }))!["regions:root0"]!.AsArray(), "region"));

    [Fact]
    public void Buses_WithDecodersWithoutPorts_NestAllDecoders() =>
        Assert.Equal(15, Assert.Single(List(new() { Buses = true, Decoders = true }))!["decoders:root0"]!.AsArray().Count);

    [Fact]
    public void EndpointFilter_ByMemdevName_FindsTheEndpoint() =>
        Assert.Equal("mem2", Assert.Single(List(new() { EndpointFilter = "mem2" }))!["host"]!.GetValue<string>());

    [Fact]
    public void Endpoints_WithMemdevs_HoldThem() =>
        Assert.All(List(new() { Endpoints = true, Memdevs = true }), e => Assert.Equal(e!["host"]!.GetValue<string>(), e["memdev"]!["memdev"]!.GetValue<string>()));

    [Theory]
    [InlineData("root", 1)]
    [InlineData("decoder0.0", 1)]
    [InlineData("0.0", 1)]
    [InlineData("1.0,decoder0.0", 2)]
    [InlineData("switch", 6)]
    [InlineData("endpoint", 8)]
    public void DecoderFilter_NamesIdsAndKinds_AnyOfThemMatches(string filter, int count)
    {
        JsonArray listing = List(new() { DecoderFilter = filter });

        Assert.Equal(count, listing.Sum(item => item!.AsObject() is { Count: 1 } container ? container.Single().Value!.AsArray().Count : 1));
    }

    [Fact]
    public void DecoderFilter_WithMemdevs_ShowsThoseBelow()
    {
        CxlPort port = objects.Core.Ports.First(p => p.Kind == CxlPortKind.Switch);

        Assert.Equal(2, List(new() { Memdevs = true, DecoderFilter = $"decoder{port.Id}.0" }).Count);
    }

    [Fact]
    public void RegionFilter_WithDecoders_ShowsTheRegionsOwn()
    {
        JsonArray listing = List(new() { Decoders = true, RegionFilter = "region0" });

        Assert.Equal([1, 6, 8], listing.Select(i => i!.AsObject().Single().Value!.AsArray().Count));
        Assert.Empty(List(new() { Decoders = true, RegionFilter = "1" }));
    }

    [Fact]
    public void MemdevFilter_WithTargets_LimitsPortsAndTargets()
    {
        JsonObject bus = Assert.Single(List(new() { Buses = true, Ports = true, Targets = true, Decoders = true, MemdevFilter = "mem0" }))!.AsObject();

        Assert.Equal(2, bus["nr_dports"]!.GetValue<int>());
        Assert.Single(bus["dports"]!.AsArray());
        Assert.Single(bus["decoders:root0"]![0]!["targets"]!.AsArray());
        Assert.Single(Assert.Single(bus["ports:root0"]!.AsArray())!["ports:" + bus["ports:root0"]![0]!["port"]]!.AsArray());
    }

    [Fact]
    public void Idle_Decoders_AreLeftOutUnlessAskedFor()
    {
        Assert.Single(List(new() { DecoderFilter = "1.0,1.1" }));
        Assert.Equal(2, List(new() { DecoderFilter = "1.0,1.1", Idle = true }).Count);
    }

    [Fact]
    public void DisabledRegion_IsLeftOutUnlessIdleIsAskedFor()
    {
        objects.Core.Regions[0].Enabled = false;

        Assert.Empty(List(new() { Regions = true }));
        Assert.Equal("disabled", Assert.Single(List(new() { Regions = true, Idle = true }))!["state"]!.GetValue<string>());
    }

    [Fact]
    public void RegionWithoutAddresses_HasNoResource_AndComesLast()
    {
        new CxlRegions(objects.Core).Create((CxlRootDecoder)objects.Core.Root!.Decoders[0], isPersistent: false);

        JsonArray listing = List(new() { Regions = true, Idle = true });

        Assert.Equal(2, listing.Count);
        Assert.NotNull(listing[0]!["resource"]);
        Assert.Null(listing[1]!["resource"]);
        Assert.Equal((0, "reset", "disabled"), (listing[1]!["size"]!.GetValue<int>(), listing[1]!["decode_state"]!.GetValue<string>(), listing[1]!["state"]!.GetValue<string>()));
    }

    [Fact]
    public void DisabledPort_HidesWhatIsBelowUnlessIdleIsAskedFor()
    {
        objects.Core.Ports.Single(p => p.Name == "port1").Enabled = false;

        Assert.Equal(4, List(new() { Memdevs = true }).Count);
        Assert.Equal(8, List(new() { Memdevs = true, Idle = true }).Count);
    }

    [Fact]
    public void DisabledMemdev_IsAnonymousAndIdle()
    {
        CxlMemdev memdev = objects.Core.Memdevs.Single(m => m.Id == 3);
        memdev.Endpoint!.Parent!.Children.Remove(memdev.Endpoint);
        memdev.Endpoint = null;

        Assert.Equal(7, List(new() { Memdevs = true }).Count);
        JsonArray listing = List(new() { Memdevs = true, Idle = true });
        Assert.Equal(["anon memdevs", "memdevs"], listing.Select(i => i!.AsObject().Single().Key));
        Assert.Equal("disabled", Assert.Single(listing[0]!["anon memdevs"]!.AsArray())!["state"]!.GetValue<string>());
    }

    private JsonArray List(ListingOptions options) => JsonNode.Parse(ListingText.Of(Listing.Of(objects.Core, options, objects.Details), human: false))!.AsArray();

    private static IEnumerable<string> Names(JsonArray listing, string key) => listing.Select(i => i![key]!.GetValue<string>());
}
