using System.Collections.Immutable;
using System.Globalization;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
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
    private readonly Dictionary<string, ImmutableArray<ushort>> routes = new(StringComparer.Ordinal);
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
        // Routes first: the agent that uses them is added with its host.
        for (int i = 0; i < subject.Topology.HostBridges.Count; i++)
        {
            CaseBridge bridge = subject.Topology.HostBridges[i];
            routes.Add(bridge.Id, [(ushort)i]);
            FindRoutes(bridge.Ports, [(ushort)i]);
        }

        CaseRegister[] compared = [.. subject.ReadBack.Where(r => subject.Programming.Count > 0 && r.HdmOffset >= FirstCompared)];
        var agent = new CaseAgent(
            [.. subject.Programming.Count > 0 ? subject.Programming.Select(WriteOf) : subject.Decoders.SelectMany(WritesOf)],
            [.. compared.Select(r => (RouteOf(r.Component), (int)r.HdmOffset))],
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
            var bridge = new HostBridge(new HostBridgeOptions { Uid = model.Uid, PassThrough = model.Passthrough, HdmCapability = PortCapability }, fabric);
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

    private void FindRoutes(IReadOnlyList<CasePort> ports, ImmutableArray<ushort> above)
    {
        for (int i = 0; i < ports.Count; i++)
        {
            if (ports[i].Link is not { } link)
                continue;
            ImmutableArray<ushort> route = above.Add((ushort)(i + 1));
            routes.Add(link.Usp ?? link.Id, route);
            if (link.Type == "switch")
                FindRoutes(link.Dsps ?? throw new FormatException($"The switch {link.Id} has no dsps."), route);
        }
    }

    private ImmutableArray<ushort> RouteOf(string component) =>
        routes.TryGetValue(component, out ImmutableArray<ushort> route) ? route : throw new FormatException($"The case {subject.Id} has no component {component}.");

    private static FixedMemoryWindow WindowOf(CaseWindow window) => new()
    {
        Base = new Hpa(window.Base),
        Size = new ByteSize(window.Size),
        Interleave = Interleave.Of(window.InterleaveWays, window.Granularity),
        Arithmetic = window.Arithmetic == 0 ? InterleaveArithmetic.Modulo : throw new FormatException("Cases with XOR windows carry no maps; none can be replayed."),
        Restrictions = (WindowRestrictions)window.Restrictions,
        Targets = window.TargetUids,
    };

    private (ImmutableArray<ushort> Route, RegisterSpace Space, int Offset, uint Value) WriteOf(CaseWrite write) => write.Space switch
    {
        "component" => (RouteOf(write.Component), RegisterSpace.HdmDecoder, (int)write.HdmOffset, (uint)write.Value),
        "config" => (RouteOf(write.Component), RegisterSpace.DeviceDvsec, (int)write.DvsecOffset, (uint)write.Value),
        _ => throw new FormatException($"The case {subject.Id} writes to a space {write.Space}; component and config are known."),
    };

    private IEnumerable<(ImmutableArray<ushort> Route, RegisterSpace Space, int Offset, uint Value)> WritesOf(CaseDecoder decoder)
    {
        ImmutableArray<ushort> route = RouteOf(decoder.Component);
        int at = HdmCapabilityRegisters.DecoderOffset(decoder.Index);
        ulong last = decoder.DpaSkip;
        for (int slot = 0; slot < (decoder.Targets?.Count ?? 0); slot++)
            last |= (ulong)(byte)decoder.Targets![slot] << (8 * slot);
        uint control = HdmDecoderSettings.CommitWord(Interleave.Of(decoder.Ways, decoder.Granularity), decoder.Type == 0 ? TargetRangeType.DeviceCoherent : TargetRangeType.HostOnly);
        yield return (route, RegisterSpace.HdmDecoder, at + 4, (uint)(decoder.Base >> 32));
        yield return (route, RegisterSpace.HdmDecoder, at, (uint)decoder.Base);
        yield return (route, RegisterSpace.HdmDecoder, at + 0xC, (uint)(decoder.Size >> 32));
        yield return (route, RegisterSpace.HdmDecoder, at + 8, (uint)decoder.Size);
        yield return (route, RegisterSpace.HdmDecoder, at + 0x18, (uint)(last >> 32));
        yield return (route, RegisterSpace.HdmDecoder, at + 0x14, (uint)last);
        if (decoder.Committed)
            yield return (route, RegisterSpace.HdmDecoder, at + 0x10, control);
    }
}
