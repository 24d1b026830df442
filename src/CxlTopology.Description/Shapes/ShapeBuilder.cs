using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Builds the hosts, endpoints and regions of a regular topology.</summary>
/// <remarks>
/// Hosts are <c>host0</c>…, their bridges <c>hb0</c>…, root ports <c>rp0</c>…, downstream ports <c>dsp0</c>…. A switch is named by the
/// way to it: <c>h0b0r3</c> below root port 3, <c>h0b0r3d1</c> below its port 1. Endpoints are <c>ep0</c>…, host by host in tree order;
/// regions <c>region0</c>…. Each group of bridges that regions span has one window, from 64 GiB on.
/// </remarks>
internal sealed class ShapeBuilder
{
    private const ulong WindowsStart = 64UL << 30;

    private readonly SectionReader section;
    private readonly int[] fans;
    private readonly EndpointModel template;
    private readonly LinkModel link;
    private readonly SwitchDefaults switches;
    private readonly int decoders;
    private readonly ShapeRegions? regions;
    private int hostEndpoints;

    private ShapeBuilder(SectionReader section, int[] fans, EndpointModel template, LinkModel link, ReadContext context,
        ShapeRegions? regions)
    {
        this.section = section;
        this.fans = fans;
        this.template = template;
        this.link = link;
        switches = context.SwitchDefaults;
        decoders = section.Get(ShapeKeys.Decoders, 0);
        this.regions = regions;
    }

    public List<HostModel> Hosts { get; } = [];

    public List<EndpointModel> Endpoints { get; } = [];

    /// <summary>Reads a shape and builds it; null after a report that leaves nothing to build.</summary>
    public static ShapeBuilder? Read(YamlNode node, ReadContext context, EndpointReader endpointReader)
    {
        ErrorSink errors = context.Errors;
        SectionReader section = SectionReader.Open(node, ShapeKeys.Table, errors);
        int before = errors.Count;
        int hosts = section.Get(ShapeKeys.Hosts);
        IReadOnlyList<(int Value, SourcePosition Position)> levels =
            section.Values(ShapeKeys.Switches, Kinds.Integer(1, PortReader.PortsMax), 64);
        if (levels.Count > PortReader.SwitchLevelsMax)
        {
            section.Problem(DescriptionErrorCode.SwitchesTooDeep, levels[PortReader.SwitchLevelsMax].Position,
                "more than 16 switches, one below the other", "Put some of them side by side.");
        }

        int[] fans = [section.Get(ShapeKeys.Bridges), section.Get(ShapeKeys.Ports), .. levels.Select(level => level.Value)];
        long count = hosts;
        foreach (int fan in fans)
            count = Math.Min(count * fan, EndpointReader.EndpointsMax + 1L);
        if (count > EndpointReader.EndpointsMax)
        {
            section.Problem(DescriptionErrorCode.TooMany, section.Position, "the shape has more than 1048576 endpoints",
                "Make one of its numbers smaller.");
            return null;
        }

        if (section.Find(ShapeKeys.Endpoint) is not YamlNode endpointNode)
            return null;
        EndpointModel template = endpointReader.Read("ep0", section.PositionOf(ShapeKeys.Endpoint), endpointNode, 0);
        if (count > 1 && endpointNode is YamlMapping mapping && mapping.Find(EndpointKeys.Serial.Name) is YamlNode serial)
        {
            section.Problem(DescriptionErrorCode.KeyNotApplicable, serial.Position, "a serial number for all endpoints of a shape",
                "Leave it out: serials count from 0x1000.");
        }

        LinkModel link = LinkReader.Read(section.Find(ShapeKeys.Link), context.LinkDefaults, errors);
        ShapeRegions? regions = ShapeRegions.Read(section, template, fans, context.SwitchDefaults.Targets);
        if (errors.Count > before)
            return null;
        ShapeBuilder builder = new(section, fans, template, link, context, regions);
        builder.Build(hosts);
        if (endpointReader.CoherenceOpen.Contains("ep0"))
            endpointReader.CoherenceOpen.UnionWith(builder.Endpoints.Select(endpoint => endpoint.Name));
        return builder;
    }

    /// <summary>The regions of the shape, on the hosts and endpoints as attached.</summary>
    public IEnumerable<RegionDraft> Regions(IReadOnlyList<HostModel> hosts, IReadOnlyList<EndpointModel> endpoints) =>
        regions is null ? [] : regions.Drafts(hosts, endpoints, hostEndpoints, section.Position);

    private void Build(int hosts)
    {
        hostEndpoints = 1;
        foreach (int fan in fans)
            hostEndpoints *= fan;
        for (int host = 0; host < hosts; host++)
        {
            List<BridgeModel> bridges = [];
            for (int bridge = 0; bridge < fans[0]; bridge++)
            {
                PortModel[] ports = Ports(1, string.Create(CultureInfo.InvariantCulture, $"h{host}b{bridge}"));
                bridges.Add(new BridgeModel
                {
                    Name = "hb" + bridge.ToString(CultureInfo.InvariantCulture),
                    Uid = bridge,
                    Decoders = decoders == 0 ? 4 : decoders,
                    PassThrough = ports.Length == 1,
                    Ports = ports,
                    Position = section.Position,
                    PlacePosition = section.Position,
                });
            }

            Hosts.Add(new HostModel
            {
                Name = "host" + host.ToString(CultureInfo.InvariantCulture),
                Bridges = bridges,
                Windows = regions?.Windows(WindowsStart, section.Position) ?? [],
                Position = section.Position,
            });
        }
    }

    /// <summary>The ports of a bridge (level 1) or of a switch (deeper), with all that hangs on them.</summary>
    private PortModel[] Ports(int level, string path)
    {
        PortModel[] ports = new PortModel[fans[level]];
        for (int number = 0; number < ports.Length; number++)
        {
            string text = number.ToString(CultureInfo.InvariantCulture);
            bool last = level == fans.Length - 1;
            string below = path + (level == 1 ? "r" : "d") + text;
            ports[number] = new PortModel
            {
                Name = (level == 1 ? "rp" : "dsp") + text,
                Number = number,
                Link = link,
                Position = section.Position,
                EndpointReference = last ? new NameReference(NextEndpoint(), section.Position) : null,
                Switch = last ? null : new SwitchModel
                {
                    Name = below,
                    Decoders = decoders == 0 ? switches.Decoders : decoders,
                    TargetCount = switches.Targets,
                    Latency = switches.Latency,
                    UpstreamPortLatency = switches.PortLatency ?? link.PortLatency,
                    Interleave = switches.Interleave,
                    Ports = Ports(level + 1, below),
                    Position = section.Position,
                },
            };
        }

        return ports;
    }

    private string NextEndpoint()
    {
        int index = Endpoints.Count;
        string name = "ep" + index.ToString(CultureInfo.InvariantCulture);
        Endpoints.Add(template with { Name = name, Serial = template.Serial + (ulong)index });
        return name;
    }
}
