using System.Globalization;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Replays decode cases: builds the topology, programs it by register writes through the fabric, in the permissive profile, and compares.</summary>
public sealed class Conformance
{
    private const uint DeviceCapability = 0x1B12;
    private const uint PortCapability = 0x382;
    private const int FirstCompared = HdmCapabilityRegisters.FirstDecoder;
    private readonly FabricOptions fabric = new() { Commit = CommitProfile.Permissive };
    private readonly Simulation.Simulation simulation = new();
    private readonly Dictionary<string, PlatformNode> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Endpoint> devices = new(StringComparer.Ordinal);
    private readonly DecodeCase subject;

    private Conformance(DecodeCase subject) => this.subject = subject;

    /// <summary>Replays one case.</summary>
    /// <exception cref="FormatException">The case names a component that its topology does not have, or cannot be built.</exception>
    public static ConformanceResult Run(DecodeCase subject)
    {
        try
        {
            return new Conformance(subject).Run();
        }
        catch (Exception error) when (error is WiringException or ArgumentException or OverflowException)
        {
            throw new FormatException($"The case {subject.Id} cannot be built: {error.Message}", error);
        }
    }

    private ConformanceResult Run()
    {
        // The platform first: the agent that uses it is added with its host.
        IReadOnlyList<HostBridgeResources> places = HostBridgeResources.Place(
            [.. subject.Topology.HostBridges.Select(b => 1 + BusesBelow(b.Ports))], subject.Cfmws.Select(w => w.Base + w.Size).DefaultIfEmpty().Max());
        for (int i = 0; i < places.Count; i++)
        {
            CaseBridge bridge = subject.Topology.HostBridges[i];
            var node = new PlatformNode { Name = bridge.Id, Kind = ComponentKind.HostBridge, Resources = places[i] };
            nodes.Add(bridge.Id, node);
            FindNodes(bridge.Ports, node);
        }

        CaseRegister[] compared = [.. subject.ReadBack.Where(r => subject.Programming.Count > 0 && r.HdmOffset >= FirstCompared)];
        var agent = new CaseAgent(
            [.. subject.Topology.HostBridges.Select(b => nodes[b.Id])],
            [.. subject.Programming.Count > 0 ? subject.Programming.Select(WriteOf) : subject.Decoders.SelectMany(WritesOf)],
            [.. compared.Select(r => (NodeOf(r.Component), (int)r.HdmOffset))],
            [.. subject.Samples.Select(s => s.Hpa)]);
        Build(agent);
        RunResult result = simulation.Run();
        if (!agent.Completed)
            throw new InvariantException($"The case {subject.Id} stopped half-way: {string.Join("; ", result.Failures)}");
        var differences = new List<string>();
        for (int i = 0; i < compared.Length; i++)
        {
            if (agent.RegisterValues[i] != (uint)compared[i].Value)
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{compared[i].Component} register 0x{compared[i].HdmOffset:x} reads 0x{agent.RegisterValues[i]:x8}, measured 0x{compared[i].Value:x8}"));
        }

        for (int i = 0; i < subject.Samples.Count; i++)
        {
            if (Compare(subject.Samples[i], i, agent.Outcomes[i]) is { } difference)
                differences.Add(difference);
        }

        return new ConformanceResult(subject.Id, subject.Samples.Count, differences);
    }

    private string? Compare(CaseSample sample, int index, (int Completer, ulong Dpa, bool Answered, bool DataRight) outcome)
    {
        string? device = outcome.Answered ? devices.FirstOrDefault(d => d.Value.Id == outcome.Completer).Key : null;
        string expected = sample.Device is null ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"{sample.Device} 0x{sample.Dpa:x}");
        if (device is null)
            return sample.Device is null ? null : string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: nothing answers, measured {expected}");
        if (device != sample.Device || outcome.Dpa != sample.Dpa)
            return string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: {device} 0x{outcome.Dpa:x}, measured {expected}");
        // The data must have come back, and must lie where the completion says (a later sample may have written the same place).
        Span<byte> line = stackalloc byte[64];
        devices[device].Media.Peek(new Dpa(outcome.Dpa & ~63UL), line);
        int last = LastAt(device, outcome.Dpa);
        return outcome.DataRight && BitConverter.ToUInt64(line[(int)(outcome.Dpa & 63)..]) == CaseAgent.Pattern(last < 0 ? index : last)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: the data written does not lie at {device} 0x{outcome.Dpa:x}");
    }

    private int LastAt(string device, ulong dpa)
    {
        for (int i = subject.Samples.Count - 1; i >= 0; i--)
        {
            if (subject.Samples[i].Device == device && subject.Samples[i].Dpa == dpa)
                return i;
        }

        return -1;
    }

    private void Build(CaseAgent agent)
    {
        var host = new Host(new HostOptions { Windows = [.. subject.Cfmws.Select(WindowOf)] }, fabric);
        agent.TagBase = host.AddAgent("case", agent);
        simulation.Add("host0", host);
        foreach (CaseBridge model in subject.Topology.HostBridges)
        {
            var bridge = new HostBridge(new HostBridgeOptions { Uid = model.Uid, PassThrough = model.Passthrough, HdmCapability = PortCapability, Resources = nodes[model.Id].Resources }, fabric);
            RootPort[] ports = [.. model.Ports.Select(p => bridge.AddPort(p.Id, p.PortNumber))];
            simulation.Add(model.Id, bridge, host);
            host.Attach(simulation, bridge);
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
            simulation.Add(link.Id, below, port);
            LinkedActor.Join(simulation, port, below.Upstream, new LinkOptions());
            for (int i = 0; i < ports.Length; i++)
                BuildBelow(ports[i], link.Dsps![i].Link);
            return;
        }

        var device = new Type3Endpoint(new EndpointOptions { Capacity = new ByteSize(link.Volatile + link.Persistent), HdmCapability = DeviceCapability }, fabric);
        simulation.Add(link.Id, device, port);
        LinkedActor.Join(simulation, port, device, new LinkOptions());
        devices.Add(link.Id, device);
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

    private PlatformNode NodeOf(string component) =>
        nodes.TryGetValue(component, out PlatformNode? node) ? node : throw new FormatException($"The case {subject.Id} has no component {component}.");

    private static FixedMemoryWindow WindowOf(CaseWindow window) => new()
    {
        Base = new Hpa(window.Base),
        Size = new ByteSize(window.Size),
        Interleave = Interleave.Of(window.InterleaveWays, window.Granularity),
        Arithmetic = window.Arithmetic == 0 ? InterleaveArithmetic.Modulo : throw new FormatException("Cases with XOR windows carry no maps; none can be replayed."),
        Restrictions = (WindowRestrictions)window.Restrictions,
        Targets = window.TargetUids,
    };

    private FirmwareWrite WriteOf(CaseWrite write) => write.Space switch
    {
        "component" => new FirmwareWrite(NodeOf(write.Component), RegisterSpace.HdmDecoder, (int)write.HdmOffset, (uint)write.Value),
        "config" => new FirmwareWrite(NodeOf(write.Component), RegisterSpace.DeviceDvsec, (int)write.DvsecOffset, (uint)write.Value),
        _ => throw new FormatException($"The case {subject.Id} writes to a space {write.Space}; component and config are known."),
    };

    private IEnumerable<FirmwareWrite> WritesOf(CaseDecoder decoder)
    {
        PlatformNode node = NodeOf(decoder.Component);
        int at = HdmCapabilityRegisters.DecoderOffset(decoder.Index);
        ulong last = decoder.DpaSkip;
        for (int slot = 0; slot < (decoder.Targets?.Count ?? 0); slot++)
            last |= (ulong)(byte)decoder.Targets![slot] << (8 * slot);
        uint control = HdmDecoderSettings.CommitWord(Interleave.Of(decoder.Ways, decoder.Granularity), decoder.Type == 0 ? TargetRangeType.DeviceCoherent : TargetRangeType.HostOnly);
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 4, (uint)(decoder.Base >> 32));
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at, (uint)decoder.Base);
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0xC, (uint)(decoder.Size >> 32));
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 8, (uint)decoder.Size);
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0x18, (uint)(last >> 32));
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0x14, (uint)last);
        if (decoder.Committed)
            yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0x10, control);
    }
}
