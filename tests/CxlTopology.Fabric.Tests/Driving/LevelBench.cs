using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Decoders at every level: a host bridge, a switch, a switch below it, a type 3 and a type 2 below that. Registers of all of them are written and read over the fabric.</summary>
/// <remarks>The bridge and the switches have four ports each, numbered 0 to 3; what is below is on port 0, the type 2 on port 1 of the second switch.</remarks>
internal sealed class LevelBench
{
    public const ulong Base = FabricBench.Base;
    public const ulong Quarter = FabricBench.Quarter;

    /// <summary>Device memory: four times 256 MiB.</summary>
    public const ulong Capacity = 4 * Quarter;

    private const int Ports = 4;
    private readonly PlatformNode[] nodes;
    private readonly Scout scout;

    /// <summary>Builds it.</summary>
    /// <param name="fabric">What all components share.</param>
    /// <param name="level">The level whose capability register is another one than usual.</param>
    /// <param name="capability">That register.</param>
    /// <param name="commitTime">How long decoders take to commit, at all levels.</param>
    public LevelBench(FabricOptions? fabric = null, DecoderLevel level = DecoderLevel.HostBridge, uint? capability = null, HardwareDelay commitTime = default)
    {
        fabric ??= new FabricOptions();
        Simulation = new Simulation.Simulation();
        Host = new Host(
            new HostOptions { Windows = [new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(16 * Quarter), Targets = [7] }] }, fabric);
        Agent = TestAgent.AddTo(Host);
        HostBridgeResources place = HostBridgeResources.Place([Bdf.BusesMax], 0)[0];
        nodes = Nodes(place);
        scout = new Scout(nodes[0], nodes);
        scout.TagBase = Host.AddAgent("scout", scout);
        Simulation.Add("host0", Host);

        Bridge = new HostBridge(new HostBridgeOptions { Uid = 7, Resources = place, HdmCapability = Word(DecoderLevel.HostBridge), CommitTime = commitTime }, fabric);
        LinkedActor[] roots = [.. Enumerable.Range(0, Ports).Select(i => Bridge.AddPort($"rp{i}", (byte)i))];
        Simulation.Add("hb0", Bridge, Host);
        Host.Attach(Simulation, Bridge);
        (Switches[0], LinkedActor[] outer) = AddSwitch("sw0", roots[0], Word(DecoderLevel.Switch));
        (Switches[1], LinkedActor[] inner) = AddSwitch("sw1", outer[0], Word(DecoderLevel.SecondSwitch));
        Type3 = new Type3Endpoint(Device(DecoderLevel.Type3), fabric);
        Type2 = new Type2Endpoint(Device(DecoderLevel.Type2), fabric);
        AddDevice("mem0", Type3, inner[0]);
        AddDevice("gpu0", Type2, inner[1]);
        Agent.RunOn(Simulation);
        Assert.True(scout.Completed);

        uint Word(DecoderLevel of) => of == level && capability is { } other ? other : LevelBench.CapabilityOf(of);

        EndpointOptions Device(DecoderLevel of) => new() { Capacity = new ByteSize(Capacity), HdmCapability = Word(of), BackInvalidate = true, CommitTime = commitTime };

        (Switch, LinkedActor[]) AddSwitch(string name, LinkedActor upper, uint word)
        {
            var added = new Switch(new SwitchOptions { HdmCapability = word, CommitTime = commitTime }, fabric);
            LinkedActor[] ports = [.. Enumerable.Range(0, Ports).Select(i => added.AddPort($"dsp{i}", (byte)i))];
            Simulation.Add(name, added, upper);
            LinkedActor.Join(Simulation, upper, added.Upstream, new LinkOptions());
            return (added, ports);
        }
    }

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public HostBridge Bridge { get; }

    /// <summary>The outer one, then the one below it.</summary>
    public Switch[] Switches { get; } = new Switch[2];

    public Endpoint Type3 { get; }

    public Endpoint Type2 { get; }

    public TestAgent Agent { get; }

    /// <summary>The levels.</summary>
    public static DecoderLevel[] Levels => Enum.GetValues<DecoderLevel>();

    /// <summary>Whether decoders of a level choose a port; else they lead to device memory.</summary>
    public static bool IsPort(DecoderLevel level) => level is DecoderLevel.HostBridge or DecoderLevel.Switch or DecoderLevel.SecondSwitch;

    /// <summary>The capability register unless another is asked for: four decoders, all bits and ways, eight targets in a port.</summary>
    public static uint CapabilityOf(DecoderLevel level) => IsPort(level) ? 0x1B82u : 0x1B12u;

    /// <summary>The HDM decoder capability of a level, for a look from outside.</summary>
    public HdmDecoderCapability Decoders(DecoderLevel level) => level switch
    {
        DecoderLevel.HostBridge => Bridge.Decoders!,
        DecoderLevel.Switch => Switches[0].Upstream.Decoders,
        DecoderLevel.SecondSwitch => Switches[1].Upstream.Decoders,
        DecoderLevel.Type3 => Type3.Decoders,
        _ => Type2.Decoders,
    };

    /// <summary>A decoder whose registers were touched.</summary>
    public HdmDecoder Decoder(DecoderLevel level, int index = 0) => Decoders(level).Touched.Single(d => d.Index == index);

    /// <summary>Where the registers of a level are.</summary>
    public ComponentLocation Where(DecoderLevel level) => scout.Found[nodes[(int)level]];

    /// <summary>Writes a register of the HDM decoder capability.</summary>
    public void Write(DecoderLevel level, int offset, uint value) =>
        Assert.Equal(IoStatus.Ok, (IoStatus)Run(Probe.WriteRegister(Where(level).HdmDecoders + (ulong)offset, value)).Answer.Status);

    /// <summary>Reads a register of the HDM decoder capability.</summary>
    public uint Read(DecoderLevel level, int offset)
    {
        ProbeAnswer answer = Run(Probe.ReadRegister(Where(level).HdmDecoders + (ulong)offset)).Answer;
        Assert.Equal(IoStatus.Ok, (IoStatus)answer.Status);
        return (uint)answer.Value;
    }

    /// <summary>Reads the seven registers of a decoder.</summary>
    public uint[] ReadAll(DecoderLevel level, int decoder) =>
        [.. Enumerable.Range(0, HdmDecoderSettings.Dwords).Select(i => Read(level, HdmCapabilityRegisters.DecoderOffset(decoder) + 4 * i))];

    /// <summary>Reads Control.</summary>
    public uint Control(DecoderLevel level, int decoder = 0) => Read(level, HdmCapabilityRegisters.DecoderOffset(decoder) + HdmDecoderRegisters.ControlOffset);

    /// <summary>Writes Control.</summary>
    public void SetControl(DecoderLevel level, uint value, int decoder = 0) =>
        Write(level, HdmCapabilityRegisters.DecoderOffset(decoder) + HdmDecoderRegisters.ControlOffset, value);

    /// <summary>Writes all registers of a decoder, control last; what control reads then.</summary>
    public uint Program(DecoderLevel level, Programming step)
    {
        int at = HdmCapabilityRegisters.DecoderOffset(step.Decoder);
        (int Offset, uint Value)[] writes =
        [
            (0x04, (uint)(step.Base >> 32)), (0x00, (uint)step.Base), (0x0C, (uint)(step.Size >> 32)), (0x08, (uint)step.Size),
            (0x18, (uint)(step.TargetsOrSkip >> 32)), (0x14, (uint)step.TargetsOrSkip), (0x10, step.Control),
        ];
        foreach ((int offset, uint value) in writes)
            Write(level, at + offset, value);
        return Control(level, step.Decoder);
    }

    /// <summary>A write of a register of the HDM decoder capability, to be made.</summary>
    public Probe ToWrite(DecoderLevel level, int offset, uint value) => Probe.WriteRegister(Where(level).HdmDecoders + (ulong)offset, value);

    /// <summary>A read of one.</summary>
    public Probe ToRead(DecoderLevel level, int offset) => Probe.ReadRegister(Where(level).HdmDecoders + (ulong)offset);

    /// <summary>Makes accesses, each an interval after the one before, and runs until nothing is pending.</summary>
    public void RunPaced(SimDuration interval, params Probe[] probes)
    {
        Agent.QueuePaced(Simulation, Agent.Result!.End + interval, interval, [.. probes.Select(p => new[] { p })]);
        Agent.RunOn(Simulation);
    }

    public Probe Run(Probe probe) => Agent.Run(Simulation, [probe])[0];

    private static PlatformNode[] Nodes(HostBridgeResources place)
    {
        var bridge = new PlatformNode { Name = "hb0", Kind = ComponentKind.HostBridge, Resources = place };
        var outer = new PlatformNode { Name = "sw0", Kind = ComponentKind.UpstreamPort, Parent = bridge };
        var inner = new PlatformNode { Name = "sw1", Kind = ComponentKind.UpstreamPort, Parent = outer };
        return
        [
            bridge, outer, inner, new PlatformNode { Name = "mem0", Kind = ComponentKind.Endpoint, Parent = inner },
            new PlatformNode { Name = "gpu0", Kind = ComponentKind.Endpoint, Parent = inner, ParentPort = 1 },
        ];
    }

    private void AddDevice(string name, Endpoint device, LinkedActor port)
    {
        Simulation.Add(name, device, port);
        LinkedActor.Join(Simulation, port, device, new LinkOptions());
    }
}
