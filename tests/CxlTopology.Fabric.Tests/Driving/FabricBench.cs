using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>One host, one host bridge, devices on its root ports, and an agent that drives them: registers first, then memory.</summary>
internal sealed class FabricBench
{
    public const ulong Base = 0x10_0000_0000;
    public const ulong Quarter = 256UL << 20;
    public const int DeviceControl = 0x0C;

    private readonly FabricOptions fabric;
    private readonly PlatformNode node;
    private readonly PlatformNode[] nodes;
    private readonly Scout scout;

    /// <summary>Builds it; each endpoint goes to a root port of its own, numbered from 0.</summary>
    public FabricBench(
        FabricOptions? fabric = null,
        HostBridgeOptions? bridge = null,
        int ports = 1,
        EndpointOptions? endpoint = null,
        LinkOptions? link = null,
        HostOptions? host = null,
        int? attached = null,
        SimulationOptions? simulation = null)
    {
        this.fabric = fabric ?? new FabricOptions();
        Simulation = new Simulation.Simulation(simulation ?? new SimulationOptions());
        Host = new Host(
            (host ?? new HostOptions()) with
            {
                Windows = [new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(16 * Quarter), Targets = [7] }],
            },
            this.fabric);
        Agent = TestAgent.AddTo(Host);
        HostBridgeResources place = HostBridgeResources.Place([Bdf.BusesMax], 0)[0];
        node = new PlatformNode { Name = "hb0", Kind = ComponentKind.HostBridge, Resources = place };
        nodes = [.. Enumerable.Range(0, ports).Select(i => new PlatformNode { Name = $"mem{i}", Kind = ComponentKind.Endpoint, Parent = node, ParentPort = (byte)i })];
        scout = new Scout(node, [node, .. nodes]);
        scout.TagBase = Host.AddAgent("scout", scout);
        Simulation.Add("host0", Host);
        Bridge = new HostBridge((bridge ?? new HostBridgeOptions { Uid = 7 }) with { Resources = place }, this.fabric);
        RootPort[] roots = [.. Enumerable.Range(0, ports).Select(i => Bridge.AddPort($"rp{i}", (byte)i))];
        Simulation.Add("hb0", Bridge, Host);
        Host.Attach(Simulation, Bridge);
        for (int i = 0; i < (attached ?? ports); i++)
        {
            var device = new Type3Endpoint(endpoint ?? new EndpointOptions { Capacity = new ByteSize(4 * Quarter) }, this.fabric);
            Simulation.Add($"mem{i}", device, roots[i]);
            LinkedActor.Join(Simulation, roots[i], device, link ?? new LinkOptions());
            Devices.Add(device);
        }

        Agent.RunOn(Simulation);
        Assert.True(scout.Completed);
    }

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public HostBridge Bridge { get; }

    public TestAgent Agent { get; }

    public List<Endpoint> Devices { get; } = [];

    /// <summary>The host bridge, for <see cref="Read"/>, <see cref="Write"/>, <see cref="Program"/>.</summary>
    public static int ToBridge => -1;

    /// <summary>The device on a port, for the same.</summary>
    public static int ToDevice(int port = 0) => port;

    /// <summary>A bench whose one device is committed and enabled behind a pass-through bridge.</summary>
    public static FabricBench Direct(LinkOptions? link = null, EndpointOptions? endpoint = null, FabricOptions? fabric = null, SimulationOptions? simulation = null)
    {
        var bench = new FabricBench(fabric, new HostBridgeOptions { Uid = 7, PassThrough = true }, 1, endpoint, link, simulation: simulation);
        bench.Enable(0);
        bench.Program(ToDevice(), 0, Base, bench.Devices[0].Capacity.Bytes, 0x1200);
        return bench;
    }

    public IReadOnlyList<Probe> Run(params IReadOnlyList<Probe> round) => Agent.Run(Simulation, round);

    public Probe Run(Probe probe) => Agent.Run(Simulation, [probe])[0];

    /// <summary>Writes a register; the status it was completed with.</summary>
    public IoStatus Write(int target, int offset, uint value, RegisterSpace space = RegisterSpace.HdmDecoder) =>
        (IoStatus)Run(space == RegisterSpace.HdmDecoder
            ? Probe.WriteRegister(Where(target).HdmDecoders + (ulong)offset, value)
            : Probe.WriteRegister(Configuration(target, offset), value, 2, IoFlags.Configuration)).Answer.Status;

    /// <summary>Reads a register.</summary>
    public (IoStatus Status, uint Value) Read(int target, int offset, RegisterSpace space = RegisterSpace.HdmDecoder)
    {
        ProbeAnswer answer = Run(space == RegisterSpace.HdmDecoder
            ? Probe.ReadRegister(Where(target).HdmDecoders + (ulong)offset)
            : Probe.ReadRegister(Configuration(target, offset), 2, IoFlags.Configuration)).Answer;
        return ((IoStatus)answer.Status, (uint)answer.Value);
    }

    /// <summary>Where the registers of a target are.</summary>
    public ComponentLocation Where(int target) => scout.Found[target < 0 ? node : nodes[target]];

    private ulong Configuration(int target, int offset) => Where(target) is { Function: { } function, DeviceDvsec: var dvsec } ? function.ConfigurationAddress(dvsec + offset) : 0;

    /// <summary>Sets Mem_Enable and HDM Decoder Enable of a device.</summary>
    public void Enable(int port)
    {
        Write(ToDevice(port), DeviceControl, 6, RegisterSpace.DeviceDvsec);
        Write(ToDevice(port), 4, 2);
    }

    /// <summary>Writes all registers of a decoder, control last; what control reads then.</summary>
    public uint Program(int target, int decoder, ulong first, ulong size, uint control, ulong targetsOrSkip = 0)
    {
        int at = HdmCapabilityRegisters.DecoderOffset(decoder);
        (int Offset, uint Value)[] writes =
        [
            (0x04, (uint)(first >> 32)), (0x00, (uint)first), (0x0C, (uint)(size >> 32)), (0x08, (uint)size),
            (0x18, (uint)(targetsOrSkip >> 32)), (0x14, (uint)targetsOrSkip), (0x10, control),
        ];
        foreach ((int offset, uint value) in writes)
            Write(target, at + offset, value);
        return Read(target, at + HdmDecoderRegisters.ControlOffset).Value;
    }
}
