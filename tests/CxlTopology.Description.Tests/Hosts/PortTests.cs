namespace CxlTopology.Description.Tests.Hosts;

public sealed class PortTests
{
    private static TopologyModel Load(string bridge, string endpoints, string profiles = "")
    {
        DescriptionResult result = TopologyFile.Parse(
            $"version: 1\n{profiles}hosts: {{host0: {{bridges: {{hb0: {bridge}}}}}}}\nendpoints: {endpoints}\n", "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }

    private const string Three = "{a: {type: 3, memory: 1GiB}, b: {type: 3, memory: 1GiB}, c: {type: 3, memory: 1GiB}}";

    [Fact]
    public void Read_NumbersLeftOut_TakeTheLowestFree() =>
        Assert.Equal([1, 0, 2, 7], Load("{p: {number: 1, endpoint: a}, q: b, r: , s: {number: 7, endpoint: c}}", Three)
            .Hosts[0].Bridges[0].Ports.Select(port => port.Number));

    [Fact]
    public void Read_EmptyPort_IsEmpty() => Assert.True(Load("{p: a, q: , r: b, s: c}", Three).Hosts[0].Bridges[0].Ports[1].IsEmpty);

    [Theory]
    [InlineData("{p: a}", true)]
    [InlineData("{passthrough: false, ports: {p: a}}", false)]
    [InlineData("{passthrough: auto, ports: {p: a}}", true)]
    [InlineData("{p: a, q: }", false)]
    public void Read_PassThrough_IsDecidedByPorts(string bridge, bool expected) =>
        Assert.Equal(expected, Load(bridge, "{a: {type: 3, memory: 1GiB}}").Hosts[0].Bridges[0].PassThrough);

    [Fact]
    public void Read_Switch_TakesProfileAndOwnKeys()
    {
        SwitchModel found = Load("{p: {switch: s, decoders: 6, ports: {d: a, e: b, f: c}}}", Three,
            "profiles: {switch: {decoders: 8, latency: 40ns}}\n").Hosts[0].Bridges[0].Ports[0].Switch!;

        Assert.Equal((6, 40_000_000L, 25_000_000L), (found.Decoders, found.Latency.Femtoseconds, found.UpstreamPortLatency.Femtoseconds));
    }

    [Theory]
    [InlineData("{p: a, q: b}", CoherenceModel.HdmD)]
    [InlineData("{p: {switch: s, ports: {d: a, e: b}}}", CoherenceModel.HdmDB)]
    public void Read_TypeTwoWithoutCoherence_DependsOnItsNeighbours(string bridge, CoherenceModel expected) =>
        Assert.All(Load(bridge, "{a: {type: 2, memory: 1GiB}, b: {type: 2, memory: 1GiB}}", "profiles: {link: {flit: 256B}}\n")
            .Endpoints, endpoint => Assert.Equal(expected, endpoint.Coherence));

    [Theory]
    [InlineData("fpga", 70)]
    [InlineData("asic-gen5", 25)]
    public void Read_Profile_GivesTiming(string profile, long portNs) =>
        Assert.Equal(portNs * 1_000_000,
            Load("{p: a}", "{a: {type: 3, memory: 1GiB}}", $"profiles: {{endpoint: {profile}}}\n").Endpoints[0].PortLatency.Femtoseconds);

    [Fact]
    public void Read_OwnProfile_LeavesTheFilesTimingBehind()
    {
        EndpointModel endpoint = Load("{p: a}", "{a: {type: 3, memory: 1GiB, profile: vistara}}",
            "profiles: {endpoint: {profile: fpga, controller: 99ns, queue: 9}}\n").Endpoints[0];

        Assert.Equal(("ddr4-asic", 25_000_000L, 9), (endpoint.Profile, endpoint.Controller.Femtoseconds, endpoint.Queue));
    }
}
