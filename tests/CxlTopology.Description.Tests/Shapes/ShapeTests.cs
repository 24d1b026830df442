using System.Globalization;

namespace CxlTopology.Description.Tests.Shapes;

public sealed class ShapeTests
{
    private static TopologyModel Load(string shape)
    {
        DescriptionResult result = TopologyFile.Parse($"version: 1\nshape: {{{shape}}}\n", "shape.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }

    [Fact]
    public void Shape_FourRootPorts_IsOneRegionOfFourWays()
    {
        TopologyModel model = Load("ports: 4, endpoint: {type: 3, memory: 1GiB}, region: {granularity: 256B}");

        Assert.Equal(["ep0", "ep1", "ep2", "ep3"], Assert.Single(model.Regions).Targets.Select(target => target.Endpoint.Name));
        Assert.Equal("rp3", model.Places["ep3"].RootPort.Name);
    }

    [Fact]
    public void Shape_FourHostsWithSwitches_HasOneRegionAHost()
    {
        TopologyModel model = Load("hosts: 4, ports: 4, switches: [4], endpoint: {type: 3, memory: 1GiB}, region: {ways: 16}");

        Assert.Equal((4, 64, 4), (model.Hosts.Count, model.Endpoints.Count, model.Regions.Count));
        Assert.All(model.Regions, region => Assert.Equal(16, region.Ways));
        Assert.Equal(["host0", "host1", "host2", "host3"], model.Regions.Select(region => region.Host.Name));
        Assert.Equal("h3b0r2", model.Places["ep59"].RootPort.Switch!.Name);
    }

    [Fact]
    public void Shape_SixtyFourEndpointsAHost_HasFourRegions()
    {
        TopologyModel model = Load("hosts: 2, ports: 4, switches: [16], endpoint: {type: 3, memory: 1GiB}, region: {ways: 16}");

        Assert.Equal(8, model.Regions.Count);
        Assert.Equal(128, model.Regions.SelectMany(region => region.Targets).Select(target => target.Endpoint.Name).Distinct().Count());
        Assert.Equal(["ep0", "ep16", "ep32", "ep48", "ep1"], model.Regions[0].Targets.Take(5).Select(target => target.Endpoint.Name));
    }

    [Fact]
    public void Shape_ThreeBridgesWithPorts_GoesRoundBothAtOnce()
    {
        TopologyModel model = Load("bridges: 3, ports: 2, endpoint: {type: 3, memory: 1GiB}, region: {granularity: 256B}");

        Assert.Equal(6, Assert.Single(model.Regions).Ways);
    }

    [Fact]
    public void Shape_MoreBridgesThanWays_HasAWindowForEachGroup()
    {
        TopologyModel model = Load("bridges: 4, ports: 2, endpoint: {type: 3, memory: 1GiB}, region: {ways: 2}");

        Assert.Equal(2, model.Hosts[0].Windows.Count);
        Assert.Equal(4, model.Regions.Count);
    }

    [Fact]
    public void Shape_HundredThousandEndpoints_IsProgrammable()
    {
        TopologyModel model = Load("hosts: 625, ports: 4, switches: [40], decoders: 10, endpoint: {type: 3, memory: 256MiB}, region: "
            + "{ways: 16}");

        Assert.Equal((100_000, 6_250), (model.Endpoints.Count, model.Regions.Count));
    }

    [Theory]
    [InlineData(1, 4, "", 4)]
    [InlineData(2, 2, "2", 8)]
    [InlineData(4, 4, "", 16)]
    [InlineData(3, 4, "", 12)]
    [InlineData(1, 1, "2, 2, 2", 8)]
    [InlineData(6, 2, "", 12)]
    [InlineData(16, 1, "", 16)]
    [InlineData(12, 1, "", 12)]
    public void Shape_OneRegion_PassesTheChecksOfWrittenOnes(int bridges, int ports, string switches, int ways)
    {
        TopologyModel model = Load(string.Create(CultureInfo.InvariantCulture,
            $"bridges: {bridges}, ports: {ports}, switches: [{switches}], endpoint: {{type: 3, memory: 1GiB}}, region: {{ways: {ways}}}"));

        Assert.Equal(ways, Assert.Single(model.Regions).Ways);
    }

    [Fact]
    public void Shape_TypeTwoBehindSwitches_IsBackInvalidate()
    {
        TopologyModel model = Load("switches: [2], link: {flit: 256B}, endpoint: {type: 2, memory: 1GiB}");

        Assert.All(model.Endpoints, endpoint => Assert.Equal(CoherenceModel.HdmDB, endpoint.Coherence));
    }
}
