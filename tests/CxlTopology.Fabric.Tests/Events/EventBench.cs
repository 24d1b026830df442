using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A host that looks at, and sets, what functions say of interrupts and errors, over the fabric: a type 3 below a root port, or below a switch.</summary>
internal sealed class EventBench
{
    private const int BusMasterAndMemory = 6;
    private readonly PlatformNode[] nodes;
    private readonly Scout scout;

    public EventBench(bool switched = false, int msixVectors = 16, bool viral = false, UnclaimedPolicy unclaimed = UnclaimedPolicy.Poison)
    {
        var fabric = new FabricOptions { Unclaimed = unclaimed };
        Simulation = new Simulation.Simulation();
        Host = new Host(
            new HostOptions { Windows = [new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(16 * FabricBench.Quarter), Targets = [7] }] }, fabric);
        Agent = TestAgent.AddTo(Host);
        HostBridgeResources place = HostBridgeResources.Place([Bdf.BusesMax], 0)[0];
        var bridge = new PlatformNode { Name = "hb0", Kind = ComponentKind.HostBridge, Resources = place };
        var above = switched ? new PlatformNode { Name = "sw0", Kind = ComponentKind.UpstreamPort, Parent = bridge } : bridge;
        nodes = [bridge, above, new PlatformNode { Name = "mem0", Kind = ComponentKind.Endpoint, Parent = above }];
        scout = new Scout(bridge, nodes);
        scout.TagBase = Host.AddAgent("scout", scout);
        Simulation.Add("host0", Host);
        Bridge = new HostBridge(new HostBridgeOptions { Uid = 7, PassThrough = true, Resources = place }, fabric);
        RootPort = Bridge.AddPort("rp0", 0);
        Simulation.Add("hb0", Bridge, Host);
        Host.Attach(Simulation, Bridge);
        Above = RootPort;
        if (switched)
        {
            Switch = new Switch(new SwitchOptions(), fabric);
            Above = Switch.AddPort("dsp0", 0);
            Simulation.Add("sw0", Switch, RootPort);
            LinkedActor.Join(Simulation, RootPort, Switch.Upstream, new LinkOptions());
        }

        Device = new Type3Endpoint(
            new EndpointOptions
            {
                Capacity = new ByteSize(4 * FabricBench.Quarter),
                Configuration = new EndpointConfigSpaceOptions
                {
                    Role = ComponentRole.Type3Endpoint,
                    Device = DeviceDvsecOptions.Type3 with { Range1Size = new ByteSize(4 * FabricBench.Quarter), ViralCapable = viral },
                    MsixVectors = msixVectors,
                },
            },
            fabric);
        Simulation.Add("mem0", Device, Above);
        LinkedActor.Join(Simulation, Above, Device, new LinkOptions());
        Agent.RunOn(Simulation);
        Assert.True(scout.Completed);
        DeviceLayout = ConfigSpaceLayouts.Endpoint(
            new EndpointConfigSpaceOptions { Role = ComponentRole.Type3Endpoint, Device = DeviceDvsecOptions.Type3 with { ViralCapable = viral }, MsixVectors = msixVectors });
        RootFunction = new Bdf(place.Segment, place.FirstBus, 0, 0);
        DeviceFunction = scout.Found[nodes[^1]].Function!.Value;
        EnableMemory();
    }

    public static ulong Base => FabricBench.Base;

    public static ConfigSpaceLayout RootLayout { get; } = ConfigSpaceLayouts.Port(new PortConfigSpaceOptions { Role = ComponentRole.RootPort });

    public static ConfigSpaceLayout UpstreamLayout { get; } = ConfigSpaceLayouts.Port(new PortConfigSpaceOptions { Role = ComponentRole.UpstreamPort });

    public static ConfigSpaceLayout DownstreamLayout { get; } = ConfigSpaceLayouts.Port(new PortConfigSpaceOptions { Role = ComponentRole.DownstreamPort });

    /// <summary>RAS in the component registers: the first capability.</summary>
    public const int Ras = 0x1080;

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public HostBridge Bridge { get; }

    public RootPort RootPort { get; }

    public Switch? Switch { get; }

    /// <summary>The port above the device.</summary>
    public LinkedActor Above { get; }

    public Endpoint Device { get; }

    public TestAgent Agent { get; }

    public ConfigSpaceLayout DeviceLayout { get; }

    public Bdf RootFunction { get; }

    public Bdf DeviceFunction { get; }

    /// <summary>The upstream port, on the bus below the root port.</summary>
    public Bdf UpstreamFunction => RootFunction with { Bus = (byte)(RootFunction.Bus + 1) };

    /// <summary>The downstream port, on the bus inside the switch.</summary>
    public Bdf DownstreamFunction => RootFunction with { Bus = (byte)(RootFunction.Bus + 2) };

    public Probe Run(Probe probe) => Agent.Run(Simulation, [probe])[0];

    public ulong ReadConfig(Bdf function, int offset, int bytes = 4) => Run(Probe.ReadRegister(function.ConfigurationAddress(offset), bytes, IoFlags.Configuration)).Answer.Value;

    public void WriteConfig(Bdf function, int offset, ulong value, int bytes = 4) => Run(Probe.WriteRegister(function.ConfigurationAddress(offset), value, bytes, IoFlags.Configuration));

    /// <summary>A field of configuration space.</summary>
    public T Field<T>(Bdf function, RegisterBlock block, Field<T> field)
        where T : unmanaged => field.Extract((uint)ReadConfig(function, block.OffsetOf(field)));

    /// <summary>Sets a field of configuration space, by reading and writing; status bits that a one clears stay.</summary>
    public void SetField<T>(Bdf function, RegisterBlock block, Field<T> field, T value)
        where T : unmanaged
    {
        int offset = block.OffsetOf(field);
        WriteConfig(function, offset, field.Insert((uint)ReadConfig(function, offset) & block.Map.WritableAt(offset - block.Offset), value));
    }

    /// <summary>The address of a BAR.</summary>
    public ulong Bar(Bdf function, int index) =>
        ReadConfig(function, 0x10 + 4 * index) & ~0xFUL | ReadConfig(function, 0x14 + 4 * index) << 32;

    public ulong ReadMmio(ulong address, int bytes = 4) => Run(Probe.ReadRegister(address, bytes)).Answer.Value;

    public void WriteMmio(ulong address, ulong value, int bytes = 4) => Run(Probe.WriteRegister(address, value, bytes));

    /// <summary>Lets a vector of the device interrupt the agent.</summary>
    public void OpenVector(int vector, uint data, bool masked = false)
    {
        ulong entry = Bar(DeviceFunction, PciVectorBar) + 16UL * (uint)vector;
        ulong address = Host.InterruptAddress(Agent.TagBase);
        WriteMmio(entry, address);
        WriteMmio(entry + 4, address >> 32);
        WriteMmio(entry + 8, data);
        WriteMmio(entry + 12, masked ? 1u : 0u);
    }

    public void EnableMsix() => SetField(DeviceFunction, DeviceLayout.Msix!, MsixRegisters.Enable, true);

    /// <summary>Lets a port interrupt the agent by MSI.</summary>
    public void EnableMsi(Bdf port, ConfigSpaceLayout layout, uint data)
    {
        RegisterBlock msi = layout.Msi!;
        ulong address = Host.InterruptAddress(Agent.TagBase);
        WriteConfig(port, msi.Offset + 4, address);
        WriteConfig(port, msi.Offset + 8, address >> 32);
        WriteConfig(port, msi.Offset + 12, data);
        SetField(port, msi, MsiRegisters.Enable, true);
    }

    /// <summary>Has a function send its errors up, and lets errors from below pass it.</summary>
    public void ReportErrors(Bdf function, ConfigSpaceLayout layout)
    {
        PciExpressRegisters express = layout.PciExpress.Table;
        SetField(function, layout.PciExpress, express.CorrectableReporting, true);
        SetField(function, layout.PciExpress, express.NonFatalReporting, true);
        SetField(function, layout.PciExpress, express.FatalReporting, true);
        SetField(function, layout.PciExpress, express.UnsupportedReporting, true);
        if (layout.Type1 is { } header)
            SetField(function, header, header.Table.BridgeSerr, true);
    }

    private const int PciVectorBar = 4;

    private void EnableMemory()
    {
        ulong decoders = scout.Found[nodes[^1]].HdmDecoders;
        int dvsec = scout.Found[nodes[^1]].DeviceDvsec;
        WriteConfig(DeviceFunction, dvsec + 0x0C, BusMasterAndMemory, 2);
        if (Switch is not null)
            Commit(scout.Found[nodes[1]].HdmDecoders);
        Commit(decoders);
        WriteMmio(decoders + 4, 2);
    }

    private void Commit(ulong decoders)
    {
        ulong at = decoders + HdmCapabilityRegisters.FirstDecoder;
        WriteMmio(at + 4, Base >> 32);
        WriteMmio(at + 8, 4 * FabricBench.Quarter);
        WriteMmio(at + 16, 0x1200);
    }
}
