using System.Text.Json.Nodes;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Software;

namespace CxlTopology.Scenarios.Tests.Listings;

/// <summary>What upstream asserts of the mock topology of the kernel's own tests, by what is listed of it; without its restricted host, and with our bus in place of theirs.</summary>
public sealed class LinuxCxlTestTests
{
    private const long GiB = 1 << 30;

    [Fact]
    public void Regions_AtBoot_AreThere() => Assert.NotEmpty(List(new() { Regions = true }));

    [Fact]
    public void Buses_ByProvider_AreOne() => Assert.Equal("root0", Assert.Single(List(new() { BusFilter = "ACPI.CXL" }))!["bus"]!.GetValue<string>());

    [Fact]
    public void Bridges_BelowTheRoot_AreThree() => Assert.Equal(3, Bridges().Length);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Bridge_ByPortNumber_HasAsManyRootPorts(int bridge, int count) =>
        Assert.Equal(count, Assert.Single(List(new() { Targets = true, PortFilter = Bridges()[bridge] }))!["dports"]!.AsArray().Count);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Bridge_ByPortNumber_HasASwitchForEachRootPort(int bridge, int count) => Assert.Equal(count, Switches(Bridges()[bridge]).Length);

    [Theory]
    [InlineData(0, "volatile_capable", GiB, 1)]
    [InlineData(1, "volatile_capable", 2 * GiB, 2)]
    [InlineData(2, "pmem_capable", GiB, 1)]
    [InlineData(3, "pmem_capable", 2 * GiB, 2)]
    [InlineData(4, "pmem_capable", GiB, 1)]
    public void RootDecoder_ByInstance_HasItsSizeAndTargets(int instance, string capability, long size, int targets)
    {
        JsonArray decoders = List(new() { Decoders = true, DecoderFilter = "root" });

        Assert.Equal(5, decoders.Count);
        JsonNode decoder = decoders[instance]!;
        Assert.Equal($"decoder0.{instance}", decoder["decoder"]!.GetValue<string>());
        Assert.Equal((true, size, targets), (decoder[capability]!.GetValue<bool>(), decoder["size"]!.GetValue<long>(), decoder["nr_targets"]!.GetValue<int>()));
    }

    [Fact]
    public void Memdevs_AllEnabled_HaveAsMuchPmemAsRam()
    {
        JsonArray memdevs = List(new() { Memdevs = true });

        Assert.Equal(10, memdevs.Count);
        Assert.All(memdevs, m => Assert.Equal((GiB, GiB), (m!["pmem_size"]!.GetValue<long>(), m["ram_size"]!.GetValue<long>())));
    }

    [Fact]
    public void Memdevs_BelowASwitch_AreTwo() =>
        Assert.All(Bridges().SelectMany(Switches), host => Assert.Equal(2, List(new() { Memdevs = true, PortFilter = host }).Count));

    [Fact]
    public void Memdevs_BelowABridge_AreFourFourAndTwo() =>
        Assert.Equal([4, 4, 2], Bridges().Select(bridge => List(new() { Memdevs = true, PortFilter = bridge }).Count));

    [Fact]
    public void Decoders_OfSwitchesAndEndpoints_AreEightEach()
    {
        JsonArray listing = List(new() { Decoders = true, Idle = true });

        Assert.Equal(["root decoders", "port decoders", "endpoint decoders"], listing.Select(c => c!.AsObject().Single().Key));
        Assert.Equal(10 * 8, listing[2]!["endpoint decoders"]!.AsArray().Count);
        // Two bridges and five switches with eight decoders; the bridge with a single root port passes everything on.
        Assert.Equal((7 * 8) + 1, listing[1]!["port decoders"]!.AsArray().Count);
    }

    [Fact]
    public void SwitchPorts_WhenTheirDevicesGo_DisappearAndReturnWithThem()
    {
        var counts = new List<int>();
        Run(new() { Idle = true }, async core =>
        {
            foreach (CxlPort port in core.Ports.Where(p => p.Kind == CxlPortKind.Switch).ToArray())
            {
                CxlMemdev[] memdevs = [.. port.Children.Select(e => e.Memdev!)];
                counts.Add(Ports(core, port.Host));
                await core.RemoveDevice(memdevs[0]);
                counts.Add(Ports(core, port.Host));
                await core.RemoveDevice(memdevs[1]);
                counts.Add(Ports(core, port.Host));
                await core.AddDevice(memdevs[0].Function.Bdf);
                await core.AddDevice(memdevs[1].Function.Bdf);
                counts.Add(Ports(core, port.Host));
            }
        });

        Assert.Equal(Enumerable.Repeat<int[]>([1, 1, 0, 1], 5).SelectMany(c => c), counts);
    }

    private static int Ports(CxlCore core, string host) => Listing.Of(core, new() { PortFilter = host }, new Dictionary<CxlMemdev, MemdevDetails>()).Items.Count;

    private static string[] Bridges() => [.. Assert.Single(List(new() { BusFilter = "root0", Buses = true, Ports = true }))!["ports:root0"]!.AsArray()
        .Select(p => p!["port"]!.GetValue<string>()).OrderBy(name => int.Parse(name.AsSpan(4)))];

    private static string[] Switches(string bridge) => [.. Assert.Single(List(new() { Ports = true, PortFilter = bridge }))!["ports:" + bridge]!.AsArray()
        .Select(p => p!["host"]!.GetValue<string>())];

    private static JsonArray List(ListingOptions options) => Run(options, _ => Task.CompletedTask);

    private static JsonArray Run(ListingOptions options, Func<CxlCore, Task> before)
    {
        TopologyModel model = TopologyFile.Load(Path.Combine(Repository.Topologies, "linux-cxl-test.yaml")).Model!;
        ListingArray listing = new();
        IReadOnlyList<string> problems = HostSession.Run(model, "host0", async core =>
        {
            await before(core);
            listing = Listing.Of(core, options, await MemdevDetailsReader.Read(core, options));
        });
        Assert.Empty(problems);
        return JsonNode.Parse(ListingText.Of(listing, human: false))!.AsArray();
    }
}
