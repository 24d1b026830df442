using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The event collector of a host bridge: a function on its root bus, behind the root ports.</summary>
public sealed class EventCollectorTests
{
    private const ulong ClassOffset = 0x08;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(33)]
    public void Collector_IsBehindTheRootPorts(int ports)
    {
        FabricBench bench = Bench(ports, collector: true);
        Bdf at = bench.Bridge.EventCollector!.Value;
        ulong header = bench.Run(Probe.ReadRegister(at.ConfigurationAddress(0x0E), 1, IoFlags.Configuration)).Answer.Value;

        Assert.Equal(new Bdf(0, 0, 0, 0).WithPort(ports), at);
        Assert.Equal(0x08_0700UL, Read(bench, at, (int)ClassOffset) >> 8);
        Assert.Equal(ports + 1 > Bdf.DevicesMax ? 0x80UL : 0, header);
    }

    [Fact]
    public void Bridge_WithoutCollector_HasNothingThere()
    {
        FabricBench bench = Bench(4, collector: false);

        Assert.Null(bench.Bridge.EventCollector);
        Assert.Null(bench.Bridge.DumpEventCollector());
        Assert.Equal(uint.MaxValue, Read(bench, new Bdf(0, 0, 4, 0), 0));
    }

    [Fact]
    public void Collector_ShowsAnEventCollectorCapability()
    {
        FabricBench bench = Bench(1, collector: true);
        ConfigSpaceLayout layout = ConfigSpaceLayouts.EventCollector();
        Bdf at = bench.Bridge.EventCollector!.Value;

        Assert.Equal((byte)PciExpressPortType.EventCollector, Read(bench, at, layout.PciExpress.Offset) >> 20 & 0xF);
        Assert.Equal(0UL, Read(bench, at, layout.PciExpress.Offset + 0x0C)); // no link
        Assert.Equal(0x0007UL, BitConverter.ToUInt16(bench.Bridge.DumpEventCollector()!, layout.Registers.Find(EventCollectorRegisters.Map)!.Offset));
        Assert.Equal((ulong)BitConverter.ToUInt32(bench.Bridge.DumpEventCollector()!), Read(bench, at, 0));
    }

    [Fact]
    public void Collector_TakesRootErrorCommand()
    {
        FabricBench bench = Bench(1, collector: true);
        ConfigSpaceLayout layout = ConfigSpaceLayouts.EventCollector();
        Bdf at = bench.Bridge.EventCollector!.Value;
        int command = layout.Aer.OffsetOf(layout.Aer.Table.ReportFatal);
        bench.Run(Probe.WriteRegister(at.ConfigurationAddress(command), 7, 4, IoFlags.Configuration));

        Assert.Equal(7UL, Read(bench, at, command));
    }

    [Fact]
    public void RootPorts_BesideACollector_AreAtMost255()
    {
        var bridge = new HostBridge(new HostBridgeOptions { Uid = 1, EventCollector = true }, new FabricOptions());
        for (int i = 0; i < 255; i++)
            bridge.AddPort($"rp{i}", (byte)i);

        Assert.Contains("no room", Assert.Throws<Simulation.WiringException>(() => bridge.AddPort("rp255", 255)).Message, StringComparison.Ordinal);
    }

    private static FabricBench Bench(int ports, bool collector) =>
        new(bridge: new HostBridgeOptions { Uid = 7, EventCollector = collector }, ports: ports, attached: 1);

    private static ulong Read(FabricBench bench, Bdf function, int offset) =>
        bench.Run(Probe.ReadRegister(function.ConfigurationAddress(offset), 4, IoFlags.Configuration)).Answer.Value is var value && value == ulong.MaxValue ? uint.MaxValue : value;
}
