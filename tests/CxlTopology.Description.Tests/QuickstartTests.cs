using CxlTopology.Simulation;

namespace CxlTopology.Description.Tests;

public sealed class QuickstartTests
{
    private static TopologyModel Model { get; } = TopologyFile.Load(Repository.Folder("topologies", "quickstart.yaml")).Model!;

    [Fact]
    public void Hosts_Quickstart_AreAsWritten()
    {
        HostModel host = Assert.Single(Model.Hosts);

        Assert.Equal("host0", host.Name);
        Assert.Equal(16UL << 30, host.Memory.Bytes);
        Assert.Equal(SimDuration.FromNanoseconds(26), host.FabricLatency);
        Assert.Equal(["hb0", "hb1"], host.Bridges.Select(bridge => bridge.Name));
        Assert.All(host.Bridges, bridge => Assert.True(bridge.PassThrough));
    }

    [Fact]
    public void Window_Quickstart_IsAsWritten()
    {
        WindowModel window = Model.Hosts[0].Windows[0];

        Assert.Equal((0x10_0000_0000UL, 16UL << 30, 1024), (window.Base.Value, window.Size.Bytes, window.Granularity));
        Assert.Equal(WindowAllowance.Type2 | WindowAllowance.Type3 | WindowAllowance.Volatile, window.Allow);
    }

    [Fact]
    public void Links_Quickstart_TakeTheProfile()
    {
        LinkModel link = Model.Places["gpu3"].Ports[^1].Link;

        Assert.Equal((64, 8, 256), (link.RateGigatransfers, link.Width, link.FlitBytes));
        Assert.Equal(SimDuration.FromNanoseconds(25), link.PortLatency);
    }

    [Fact]
    public void Places_Quickstart_LeadThroughSwitches()
    {
        EndpointPlace place = Model.Places["gpu3"];

        Assert.Equal(("host0", "hb1", "rp0", 1), (place.Host.Name, place.Bridge.Name, place.RootPort.Name, place.SwitchLevels));
        Assert.Same(Model.Endpoints[3], place.Ports[^1].Endpoint);
        Assert.Same(Model.Hosts[0], place.Host);
    }

    [Fact]
    public void Region_Quickstart_HasAddressAndParts()
    {
        RegionModel region = Assert.Single(Model.Regions);

        Assert.Equal(0x10_0000_0000UL, region.Base.Value);
        Assert.Equal(4, region.Ways);
        Assert.Equal(["gpu0", "gpu2", "gpu1", "gpu3"], region.Targets.Select(target => target.Endpoint.Name));
        Assert.All(region.Targets, target => Assert.Equal((0UL, 0, 0UL), (target.Dpa.Value, target.Decoder, target.Skip.Bytes)));
    }

    [Fact]
    public void Positions_Quickstart_PointAtNames()
    {
        string[] lines = File.ReadAllLines(Model.FileName);

        Assert.All(Model.Endpoints, endpoint =>
            Assert.StartsWith(endpoint.Name, lines[endpoint.Position.Line - 1][(endpoint.Position.Column - 1)..],
            StringComparison.Ordinal));
        Assert.All(Model.Regions, region =>
            Assert.StartsWith(region.Name, lines[region.Position.Line - 1][(region.Position.Column - 1)..], StringComparison.Ordinal));
    }

    [Fact]
    public void Workload_Quickstart_FindsItsTraceBesideTheFile()
    {
        WorkloadModel workload = Assert.Single(Model.Workloads);

        Assert.Equal((WorkloadPattern.Trace, 16), (workload.Pattern, workload.Outstanding));
        Assert.Equal(Path.Combine(Path.GetDirectoryName(Model.FileName)!, "traces/ls.lackey.gz"), workload.Trace);
        Assert.Null(workload.Count);
    }
}
