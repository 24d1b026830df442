using System.Collections.Immutable;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>One host, one host bridge, devices on its root ports, and an agent that drives them: registers first, then memory.</summary>
internal sealed class FabricBench
{
    public const ulong Base = 0x10_0000_0000;
    public const ulong Quarter = 256UL << 20;
    public const int DeviceControl = 0x0C;

    private readonly FabricOptions fabric;

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
        Simulation.Add("host0", Host);
        Bridge = new HostBridge(bridge ?? new HostBridgeOptions { Uid = 7 }, this.fabric);
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
    }

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public HostBridge Bridge { get; }

    public TestAgent Agent { get; }

    public List<Endpoint> Devices { get; } = [];

    public static ImmutableArray<ushort> ToBridge => [0];

    public static ImmutableArray<ushort> ToDevice(int port = 0) => [0, (ushort)(port + 1)];

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
    public IoStatus Write(ImmutableArray<ushort> route, int offset, uint value, RegisterSpace space = RegisterSpace.HdmDecoder) =>
        (IoStatus)Run(Probe.Registers(new IoAccess(route, space, offset, value, true))).Answer.Status;

    /// <summary>Reads a register.</summary>
    public (IoStatus Status, uint Value) Read(ImmutableArray<ushort> route, int offset, RegisterSpace space = RegisterSpace.HdmDecoder)
    {
        ProbeAnswer answer = Run(Probe.Registers(new IoAccess(route, space, offset, 0, false))).Answer;
        return ((IoStatus)answer.Status, answer.Value);
    }

    /// <summary>Sets Mem_Enable and HDM Decoder Enable of a device.</summary>
    public void Enable(int port)
    {
        Write(ToDevice(port), DeviceControl, 6, RegisterSpace.DeviceDvsec);
        Write(ToDevice(port), 4, 2);
    }

    /// <summary>Writes all registers of a decoder, control last; what control reads then.</summary>
    public uint Program(ImmutableArray<ushort> route, int decoder, ulong first, ulong size, uint control, ulong targetsOrSkip = 0)
    {
        int at = HdmCapabilityRegisters.DecoderOffset(decoder);
        (int Offset, uint Value)[] writes =
        [
            (0x04, (uint)(first >> 32)), (0x00, (uint)first), (0x0C, (uint)(size >> 32)), (0x08, (uint)size),
            (0x18, (uint)(targetsOrSkip >> 32)), (0x14, (uint)targetsOrSkip), (0x10, control),
        ];
        foreach ((int offset, uint value) in writes)
            Write(route, at + offset, value);
        return Read(route, at + HdmDecoderRegisters.ControlOffset).Value;
    }
}
