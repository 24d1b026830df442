using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description.Tests.Hosts;

/// <summary>How long decoders take to commit and memory takes to come up, as files say it, and that the hardware built is like that.</summary>
public sealed class HardwareDelayTests
{
    private const string Tree = """
        version: 1
        profiles: {switch: {commit-time: 2ms}, endpoint: {commit-time: 5us, media-ready: 3s}}
        hosts:
          host0:
            bridges:
              hb0: {commit-time: 1s, event-collector: true, ports: {rp0: {switch: sw0, ports: {dsp0: mem0, dsp1: {switch: sw1, commit-time: never, ports: {dsp0: mem1, dsp1: mem2}}}}, rp1: mem3}}
        endpoints:
          mem0: {type: 3, memory: 1GiB}
          mem1: {type: 3, memory: 1GiB, commit-time: never, media-ready: never}
          mem2: {type: 3, memory: 1GiB, profile: asic-gen6, commit-time: 0s, media-ready: 0s}
          mem3: {type: 3, memory: 1GiB, profile: asic-gen6, logical-devices: 4}
        """;

    [Fact]
    public void Read_Delays_AreThoseOfTheFileElseOfTheProfile()
    {
        TopologyModel model = Load();
        BridgeModel bridge = model.Hosts[0].Bridges[0];
        SwitchModel outer = bridge.Ports[0].Switch!;

        Assert.Equal(HardwareDelay.Of(SimDuration.FromSeconds(1)), bridge.CommitTime);
        Assert.Equal(HardwareDelay.Of(SimDuration.FromMilliseconds(2)), outer.CommitTime);
        Assert.Equal(HardwareDelay.Never, outer.Ports[1].Switch!.CommitTime);
        Assert.Equal(
            [HardwareDelay.Of(SimDuration.FromMicroseconds(5)), HardwareDelay.Never, default, HardwareDelay.Of(SimDuration.FromMicroseconds(5))],
            model.Endpoints.Select(e => e.CommitTime));
        Assert.Equal(
            [HardwareDelay.Of(SimDuration.FromSeconds(3)), HardwareDelay.Never, default, HardwareDelay.Of(SimDuration.FromSeconds(3))],
            model.Endpoints.Select(e => e.MediaReady));
    }

    [Fact]
    public void Build_Delays_ReachTheDecoders()
    {
        BuiltTopology built = TopologyBuilder.Build(Load(), new SimulationOptions(), boots: false);

        Assert.Equal(HardwareDelay.Of(SimDuration.FromSeconds(1)), built.Bridges["host0.hb0"].Decoders!.CommitTime);
        Assert.Equal(HardwareDelay.Never, built.Switches["sw1"].Upstream.Decoders.CommitTime);
        Assert.Equal(HardwareDelay.Never, built.Endpoints["mem1"].Decoders.CommitTime);
        Assert.Equal(default, built.Endpoints["mem2"].Decoders.CommitTime);
    }

    [Fact]
    public void Build_EventCollector_IsBehindTheRootPorts()
    {
        BuiltTopology built = TopologyBuilder.Build(Load(), new SimulationOptions(), boots: false);

        Assert.Equal(new Bdf(0, 0, 2, 0), built.Bridges["host0.hb0"].EventCollector);
    }

    [Fact]
    public void Read_EventCollectorBeside256Ports_IsRefused()
    {
        string ports = string.Join(", ", Enumerable.Range(0, 256).Select(i => $"rp{i}: "));
        DescriptionResult result = TopologyFile.Parse(
            $"version: 1\nhosts: {{host0: {{bridges: {{hb0: {{event-collector: true, ports: {{{ports}}}}}}}}}}}\nendpoints: {{}}\n", "collector.yaml");

        Assert.Contains(result.Errors, e => e.Code == DescriptionErrorCode.KeysConflict);
    }

    [Fact]
    public void Build_LogicalDevices_ShowTheirDvsecAndCapability()
    {
        EndpointConfigSpaceOptions options = Load().Endpoints[3].Configuration!;
        ConfigSpaceLayout layout = ConfigSpaceLayouts.Endpoint(options);
        RegisterBank bank = layout.CreateBank();

        Assert.Equal(4, bank.Get(layout.Mld!, MldRegisters.LogicalDevices));
        Assert.True(bank.Get(layout.Device!, layout.Device!.Table.MultipleLogicalDevice));
        Assert.Null(ConfigSpaceLayouts.Endpoint(Load().Endpoints[0].Configuration!).Mld);
    }

    private static TopologyModel Load()
    {
        DescriptionResult result = TopologyFile.Parse(Tree, "delays.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }
}
