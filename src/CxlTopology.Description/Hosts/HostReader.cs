using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Reads hosts with their bridges and windows.</summary>
internal sealed class HostReader(ReadContext context)
{
    /// <summary>Hosts of a file.</summary>
    public const int HostsMax = 1_024;

    /// <summary>Host bridges of a host.</summary>
    public const int BridgesMax = 256;

    private const int EventCollectorPortsMax = 255;

    private readonly ErrorSink errors = context.Errors;
    private readonly PortReader portReader = new(context);

    /// <summary>Reads one host.</summary>
    public HostModel Read(YamlScalar key, YamlNode value)
    {
        context.Claim(key.Text, "host", key.Position);
        SectionReader section = SectionReader.Open(value, HostKeys.Table, errors);
        SimDuration fabric = section.Get(HostKeys.FabricLatency);
        if (fabric < SimDuration.FromNanoseconds(1))
        {
            section.Problem(DescriptionErrorCode.LatencyTooShort, section.PositionOf(HostKeys.FabricLatency), $"the fabric takes {fabric}",
                "From one component to the next takes at least 1ns.");
        }

        List<BridgeModel> bridges = [];
        Dictionary<int, string> uids = [];
        foreach ((YamlScalar name, YamlNode bridge) in section.Named(HostKeys.Bridges, BridgesMax))
            bridges.Add(ReadBridge(name, bridge, bridges.Count, uids));
        if (section.Find(HostKeys.Bridges) is YamlMapping { Entries.Count: 0 } empty)
            section.Problem(DescriptionErrorCode.NothingListed, empty.Position, "no host bridge is listed",
                "List at least one host bridge.");
        HostModel host = new()
        {
            Name = key.Text,
            Memory = section.Get(HostKeys.Memory),
            FabricLatency = fabric,
            Cache = CacheKeys.Read(section.Find(HostKeys.Cache), CacheKeys.HostTable, new CacheModel(), errors),
            Iommu = IommuKeys.Read(section.Find(HostKeys.Iommu), errors),
            Bridges = bridges,
            Position = key.Position,
        };
        return host with { Windows = new WindowReader(errors).Read(section, host) };
    }

    private BridgeModel ReadBridge(YamlScalar key, YamlNode value, int index, Dictionary<int, string> uids)
    {
        // Without any option the mapping is the ports themselves.
        bool isShort = value is YamlMapping plain && !plain.Entries.Exists(entry => HostKeys.BridgeTable.Contains(entry.Key.Text));
        SectionReader section = isShort ? SectionReader.Empty(HostKeys.BridgeTable, errors, value.Position)
            : SectionReader.Open(value, HostKeys.BridgeTable, errors);
        IReadOnlyList<PortModel> ports = [];
        YamlNode? portsNode = isShort ? value : section.Find(HostKeys.Ports);
        if (portsNode is YamlMapping mapping)
            ports = portReader.ReadPorts(mapping, level: 0);
        else if (portsNode is not null)
            section.Problem(DescriptionErrorCode.NotAMapping, portsNode.Position,
                $"ports maps names to ports, and this is {portsNode.Kind}", "Write \"rp0: endpoint\" for each port.");

        bool? passThrough = section.Get(HostKeys.PassThrough);
        if (passThrough == true && ports.Count > 1)
        {
            section.Problem(DescriptionErrorCode.PassThroughNeedsOnePort, section.PositionOf(HostKeys.PassThrough),
                string.Create(CultureInfo.InvariantCulture,
                    $"a pass-through host bridge has one root port, and this has {ports.Count}"), "Leave passthrough at auto.");
        }

        if (ports.Count > EventCollectorPortsMax && section.Get(HostKeys.EventCollector))
        {
            section.Problem(DescriptionErrorCode.KeysConflict, section.PositionOf(HostKeys.EventCollector),
                string.Create(CultureInfo.InvariantCulture, $"{ports.Count} root ports, and an event collector on the same bus"),
                string.Create(CultureInfo.InvariantCulture, $"It leaves room for {EventCollectorPortsMax} ports: leave one out, or the collector."));
        }

        int uid = section.Get(HostKeys.Uid, index);
        if (!uids.TryAdd(uid, key.Text))
        {
            section.Problem(DescriptionErrorCode.DuplicateUid, section.Has(HostKeys.Uid) ? section.PositionOf(HostKeys.Uid) : key.Position,
                string.Create(CultureInfo.InvariantCulture, $"uid {uid} is that of {PrintableText.Quote(uids[uid])} already"),
                "Windows name bridges by uid: each is used once a host.");
        }

        return new BridgeModel
        {
            Name = key.Text,
            Uid = uid,
            Segment = section.TryGet(HostKeys.Segment, out int segment) ? segment : null,
            FirstBus = section.TryGet(HostKeys.FirstBus, out int bus) ? bus : null,
            PlacePosition = section.Has(HostKeys.FirstBus) ? section.PositionOf(HostKeys.FirstBus)
                : section.Has(HostKeys.Segment) ? section.PositionOf(HostKeys.Segment) : key.Position,
            Decoders = section.Get(HostKeys.Decoders),
            TargetCount = section.Get(HostKeys.Targets),
            PassThrough = passThrough ?? ports.Count == 1,
            CommitTime = section.Get(HostKeys.CommitTime),
            BackInvalidate = section.Get(HostKeys.BackInvalidate),
            EventCollector = section.Get(HostKeys.EventCollector),
            Interleave = InterleaveKeys.Read(section.Find(HostKeys.Interleave), new InterleaveCapability(), errors),
            Ports = ports,
            Position = key.Position,
        };
    }
}
