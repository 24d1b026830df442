using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A host with its own memory and accelerators on root ports of their own, each with a window of 1 GiB, and agents on either side.</summary>
internal sealed class CoherenceBench
{
    public const ulong Base = 0x10_0000_0000;
    public const ulong Size = 1UL << 30;

    private readonly SimTime booted;
    private readonly TestAgent setup;
    private readonly List<ulong> decoders = []; // of the devices

    public CoherenceBench(
        HostCoherenceOptions host,
        IReadOnlyList<DeviceCoherenceOptions> devices,
        LinkOptions? link = null,
        SimulationOptions? simulation = null,
        Action<CoherenceBench>? addAgents = null,
        MediaOptions? media = null)
    {
        var fabric = new FabricOptions();
        Simulation = new Simulation.Simulation(simulation ?? new SimulationOptions());
        ulong windows = (ulong)devices.Count * Size;
        Host = new Host(
            new HostOptions
            {
                Memory = ByteSize.GiB(1),
                Windows = [new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(ByteSizeUp(windows)), Targets = [7] }],
            },
            fabric);
        Host.AddCoherence(host);
        HostBridgeResources place = HostBridgeResources.Place([Bdf.BusesMax], 0)[0];
        var node = new PlatformNode { Name = "hb0", Kind = ComponentKind.HostBridge, Resources = place };
        PlatformNode[] nodes = [.. devices.Select((_, i) => new PlatformNode { Name = $"gpu{i}", Kind = ComponentKind.Endpoint, Parent = node, ParentPort = (byte)i })];
        var scout = new Scout(node, [node, .. nodes]) { OpensPaths = true };
        scout.TagBase = Host.AddAgent("scout", scout);
        setup = TestAgent.AddTo(Host, "setup");
        for (int i = 0; i < devices.Count; i++)
        {
            var options = new EndpointOptions { Capacity = new ByteSize(Size), BackInvalidate = devices[i].BackInvalidate, Media = media ?? new MediaOptions() };
            Endpoint device = devices[i].HasCache ? new Type2Endpoint(options, fabric) : new Type3Endpoint(options, fabric);
            if (devices[i].HasCache || devices[i].BackInvalidate)
            {
                device.AddCoherence(devices[i] with
                {
                    Memory = devices[i].LearnsMemory ? [] : [new OwnMemoryRange(new Hpa(Base + (ulong)i * Size), new ByteSize(Size), Interleave.Of(1, 256), 0)],
                });
            }

            Devices.Add(device);
        }

        addAgents?.Invoke(this);
        Simulation.Add("host0", Host);
        var bridge = new HostBridge(new HostBridgeOptions { Uid = 7, Resources = place }, fabric);
        RootPort[] roots = [.. devices.Select((_, i) => bridge.AddPort($"rp{i}", (byte)i))];
        Simulation.Add("hb0", bridge, Host);
        Host.Attach(Simulation, bridge);
        for (int i = 0; i < devices.Count; i++)
        {
            Simulation.Add($"gpu{i}", Devices[i], roots[i]);
            LinkedActor.Join(Simulation, roots[i], Devices[i], link ?? new LinkOptions { Speed = new LinkSpeed(64, 16, FlitMode.Flit256) });
        }

        setup.RunOn(Simulation);
        Assert.True(scout.Completed);
        var writes = new List<Probe>();
        for (int i = 0; i < devices.Count; i++)
        {
            ComponentLocation at = scout.Found[nodes[i]];
            writes.Add(Probe.WriteRegister(at.Function!.Value.ConfigurationAddress(at.DeviceDvsec + 0x0C), 7, 2, IoFlags.Configuration));
            writes.Add(Probe.WriteRegister(at.HdmDecoders + 4, 2));
            Program(writes, at.HdmDecoders, 0, i, 0);
            decoders.Add(at.HdmDecoders);
            Program(writes, scout.Found[node].HdmDecoders, i, i, (ulong)i);
        }

        setup.Outstanding = 1;
        setup.Run(Simulation, writes);
        booted = setup.Result!.End + SimDuration.FromMicroseconds(1);
    }

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public List<Endpoint> Devices { get; } = [];

    /// <summary>A moment after decoders were programmed.</summary>
    public SimTime Booted => booted;

    /// <summary>A checker of all caches.</summary>
    public CoherenceChecker Checker()
    {
        var checker = new CoherenceChecker();
        if (Host.Home!.Log is { } home)
            checker.Add("host0", home);
        foreach (Endpoint device in Devices)
        {
            if (device.Coherence?.Log is { } log)
                checker.Add(device.Name, log);
        }

        return checker;
    }

    /// <summary>Tells everybody that the host has booted: agents start.</summary>
    public void Boot() => Simulation.Post(Host, new Message { Kind = (byte)MessageKind.Booted, Payload = -1 }, booted);

    /// <summary>Writes the control register of a device's first decoder.</summary>
    public SimTime ControlDecoder(SimTime at, int device, uint value)
    {
        setup.Queue(Simulation, at, Probe.WriteRegister(decoders[device] + (ulong)HdmCapabilityRegisters.DecoderOffset(0) + 0x10, value));
        return setup.RunOn(Simulation).End + SimDuration.FromMicroseconds(1);
    }

    private static ulong ByteSizeUp(ulong bytes) => (bytes + (256UL << 20) - 1) & ~((256UL << 20) - 1);

    private static void Program(List<Probe> writes, ulong decoders, int decoder, int device, ulong target)
    {
        ulong at = decoders + (ulong)HdmCapabilityRegisters.DecoderOffset(decoder);
        ulong first = Base + (ulong)device * Size;
        (uint Offset, uint Value)[] values =
        [
            (0x04, (uint)(first >> 32)), (0x00, (uint)first), (0x0C, (uint)(Size >> 32)), (0x08, (uint)Size), (0x18, 0), (0x14, (uint)target), (0x10, 0x200),
        ];
        foreach ((uint offset, uint value) in values)
            writes.Add(Probe.WriteRegister(at + offset, value));
    }
}
