using System.Globalization;
using CxlTopology.Fabric;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>The machine of a decode case: its components as actors, and what firmware and ACPI know of them. Any decoder commits, as in the machine that was measured.</summary>
internal sealed class CaseMachine
{
    private const uint DeviceCapability = 0x1B12;
    private const uint PortCapability = 0x382;
    private readonly FabricOptions fabric = new() { Commit = CommitProfile.Permissive };
    private readonly Dictionary<string, PlatformNode> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Endpoint> devices = new(StringComparer.Ordinal);
    private readonly DecodeCase subject;

    /// <exception cref="FormatException">The case is not one of a machine.</exception>
    public CaseMachine(DecodeCase subject)
    {
        this.subject = subject;
        IReadOnlyList<HostBridgeResources> places = HostBridgeResources.Place(
            [.. subject.Topology.HostBridges.Select(b => 1 + BusesBelow(b.Ports))], subject.Cfmws.Select(w => w.Base + w.Size).DefaultIfEmpty().Max());
        for (int i = 0; i < places.Count; i++)
        {
            CaseBridge bridge = subject.Topology.HostBridges[i];
            var node = new PlatformNode
            {
                Name = bridge.Id,
                Kind = ComponentKind.HostBridge,
                Resources = Numbered(places[i], bridge),
                Uid = bridge.Uid,
            };
            nodes.Add(bridge.Id, node);
            FindNodes(bridge.Ports, node);
        }
    }

    /// <summary>The simulation that it is in.</summary>
    public Simulation.Simulation Simulation { get; } = new();

    /// <summary>The host bridges, in the order of the case.</summary>
    public IReadOnlyList<PlatformNode> Bridges => [.. subject.Topology.HostBridges.Select(b => nodes[b.Id])];

    /// <summary>The fixed memory windows.</summary>
    public IReadOnlyList<FixedMemoryWindow> Windows => [.. subject.Cfmws.Select(WindowOf)];

    /// <summary>The CEDT of its firmware, which describes windows as they are: what is odd about one is for the operating system to find.</summary>
    public Cedt Cedt => new(
    [
        .. Bridges.Select(b => new HostBridgeStructure { Uid = (uint)b.Uid, Base = new Hpa(b.Resources!.RegisterBase) }),
        .. Windows.Select(w => new FixedMemoryWindowStructure
        {
            Base = w.Base.Value,
            Size = w.Size.Bytes,
            WaysEncoded = w.Interleave.EncodedWays,
            GranularityEncoded = w.Interleave.EncodedGranularity,
            Restrictions = (ushort)w.Restrictions,
            QtgId = w.QtgId,
            Targets = Array.ConvertAll(w.Targets, uid => (uint)uid),
        }),
    ]);

    /// <summary>The devices by their id in the case; there once it is built.</summary>
    public IReadOnlyDictionary<string, Endpoint> Devices => devices;

    /// <summary>What firmware knows of a component.</summary>
    /// <exception cref="FormatException">There is no such component.</exception>
    public PlatformNode NodeOf(string component) =>
        nodes.TryGetValue(component, out PlatformNode? node) ? node : throw new FormatException($"The case {subject.Id} has no component {component}.");

    /// <summary>Builds the actors.</summary>
    /// <param name="addAgents">Adds the agents of the host, before it is part of the simulation.</param>
    public void Build(Action<Host> addAgents)
    {
        var host = new Host(new HostOptions { Windows = [.. Windows] }, fabric);
        addAgents(host);
        Simulation.Add("host0", host);
        foreach (CaseBridge model in subject.Topology.HostBridges)
        {
            var bridge = new HostBridge(new HostBridgeOptions { Uid = model.Uid, PassThrough = model.Passthrough, HdmCapability = PortCapability, Resources = nodes[model.Id].Resources }, fabric);
            RootPort[] ports = [.. model.Ports.Select(p => bridge.AddPort(p.Id, p.PortNumber))];
            Simulation.Add(model.Id, bridge, host);
            host.Attach(Simulation, bridge);
            for (int i = 0; i < ports.Length; i++)
                BuildBelow(ports[i], model.Ports[i].Link);
        }
    }

    private void BuildBelow(LinkedActor port, CaseLink? link)
    {
        if (link is null)
            return;
        if (link.Type == "switch")
        {
            var below = new Switch(new SwitchOptions { HdmCapability = PortCapability }, fabric);
            DownstreamPort[] ports = [.. link.Dsps!.Select(d => below.AddPort(d.Id, d.PortNumber))];
            Simulation.Add(link.Id, below, port);
            LinkedActor.Join(Simulation, port, below.Upstream, new LinkOptions());
            for (int i = 0; i < ports.Length; i++)
                BuildBelow(ports[i], link.Dsps![i].Link);
            return;
        }

        var device = new Type3Endpoint(
            new EndpointOptions
            {
                Capacity = new ByteSize(link.Volatile + link.Persistent),
                Volatile = new ByteSize(link.Volatile),
                HdmCapability = DeviceCapability,
                SerialNumber = link.Serial,
            },
            fabric);
        Simulation.Add(link.Id, device, port);
        LinkedActor.Join(Simulation, port, device, new LinkOptions());
        devices.Add(link.Id, device);
    }

    /// <summary>The bus numbers that the case was measured with, if it says where its root ports were.</summary>
    private HostBridgeResources Numbered(HostBridgeResources place, CaseBridge bridge)
    {
        if (bridge.Ports.Select(p => subject.Bdf.GetValueOrDefault(p.Id)).FirstOrDefault(b => b is not null) is not { } bdf)
            return place;
        if (!byte.TryParse(bdf.AsSpan(0, Math.Max(0, bdf.IndexOf(':', StringComparison.Ordinal))), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte first))
            throw new FormatException($"\"{bdf}\" is not a place such as \"0c:00.0\".");
        return place with { Segment = 0, FirstBus = first, LastBus = (byte)Math.Min(byte.MaxValue, first + BusesBelow(bridge.Ports)) };
    }

    private static int BusesBelow(IReadOnlyList<CasePort> ports) =>
        ports.Sum(p => 1 + (p.Link is { Type: "switch", Dsps: { } dsps } ? 1 + BusesBelow(dsps) : 0));

    private void FindNodes(IReadOnlyList<CasePort> ports, PlatformNode above)
    {
        foreach (CasePort port in ports)
        {
            if (port.Link is not { } link)
                continue;
            bool isSwitch = link.Type == "switch";
            var node = new PlatformNode
            {
                Name = link.Usp ?? link.Id,
                Kind = isSwitch ? ComponentKind.UpstreamPort : ComponentKind.Endpoint,
                Parent = above,
                ParentPort = port.PortNumber,
            };
            nodes.Add(node.Name, node);
            if (isSwitch)
                FindNodes(link.Dsps ?? throw new FormatException($"The switch {link.Id} has no dsps."), node);
        }
    }

    private static FixedMemoryWindow WindowOf(CaseWindow window) => new()
    {
        Base = new Hpa(window.Base),
        Size = new ByteSize(window.Size),
        Interleave = Interleave.Of(window.InterleaveWays, window.Granularity),
        Arithmetic = window.Arithmetic == 0 ? InterleaveArithmetic.Modulo : throw new FormatException("Cases with XOR windows carry no maps; none can be replayed."),
        Restrictions = (WindowRestrictions)window.Restrictions,
        QtgId = window.QtgId,
        Targets = window.TargetUids,
    };
}
