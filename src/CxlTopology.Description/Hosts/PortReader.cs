using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Reads ports and the switches below them.</summary>
internal sealed class PortReader(ReadContext context)
{
    /// <summary>Switches one below the other.</summary>
    public const int SwitchLevelsMax = 16;

    /// <summary>Ports of a host bridge or switch.</summary>
    public const int PortsMax = 256;

    private readonly ErrorSink errors = context.Errors;

    /// <summary>Reads the ports of a host bridge or switch from their mapping.</summary>
    public IReadOnlyList<PortModel> ReadPorts(YamlMapping mapping, int level)
    {
        List<PortModel> ports = [];
        Dictionary<int, string> numbers = [];
        HashSet<int> stated = StatedNumbers(mapping);
        int next = 0;
        foreach ((YamlScalar key, YamlNode value) in SectionReader.NamedEntries(mapping, "ports", PortsMax, errors))
        {
            // A number that is stated further down is left to its owner.
            while (stated.Contains(next))
                next++;
            PortModel? port = ReadPort(key, value, next, level);
            if (port is null)
                continue;
            if (!numbers.TryAdd(port.Number, port.Name))
            {
                errors.Add(DescriptionErrorCode.DuplicatePortNumber, port.Position,
                    string.Create(CultureInfo.InvariantCulture,
                        $"port {PrintableText.Quote(port.Name)} has number {port.Number}, as {PrintableText.Quote(numbers[port.Number])}"),
                    "Port numbers are what decoders name as targets: each is used once.");
            }

            if (port.Number == next)
                next++;
            ports.Add(port);
        }

        if (mapping.Entries.Count == 0)
            errors.Add(DescriptionErrorCode.NothingListed, mapping.Position, "no port is listed", "List at least one port.");
        return ports;
    }

    private static HashSet<int> StatedNumbers(YamlMapping mapping)
    {
        HashSet<int> stated = [];
        foreach ((YamlScalar _, YamlNode value) in mapping.Entries)
        {
            if (value is YamlMapping port && port.Find(PortKeys.Number.Name) is YamlScalar number
                && PortKeys.Number.Scalar.Parse(number.Text) is { Problem: null } parsed)
                stated.Add(parsed.Value);
        }

        return stated;
    }

    private PortModel? ReadPort(YamlScalar key, YamlNode value, int index, int level)
    {
        switch (value)
        {
            case YamlScalar { IsNull: true }:
                return new PortModel { Name = key.Text, Number = index, Link = context.LinkDefaults, Position = key.Position };
            case YamlScalar scalar:
                Parsed<string> name = Names.Parse(scalar.Text);
                if (name.Problem is Problem problem)
                    errors.Add(problem.Code, scalar.Position, problem.Message, problem.Help);
                return new PortModel
                {
                    Name = key.Text,
                    Number = index,
                    Link = context.LinkDefaults,
                    Position = key.Position,
                    EndpointReference = name.Problem is null ? new NameReference(scalar.Text, scalar.Position) : null,
                };
            default:
                return ReadSection(key, SectionReader.Open(value, PortKeys.Table, errors), index, level);
        }
    }

    private PortModel ReadSection(YamlScalar key, SectionReader section, int index, int level)
    {
        LinkModel link = LinkReader.Read(section.Find(PortKeys.Link), context.LinkDefaults, errors);
        SwitchModel? attached = null;
        if (section.TryGet(PortKeys.Switch, out string switchName))
        {
            if (section.Has(PortKeys.Endpoint))
            {
                section.Problem(DescriptionErrorCode.KeysConflict, section.KeyPositionOf(PortKeys.Endpoint),
                    "a link has a switch or an endpoint, not both",
                    "Put the endpoint on a port of the switch.");
            }

            attached = ReadSwitch(switchName, section, link, level + 1);
        }
        else if (!section.Has(PortKeys.Switch))
        {
            foreach (Key option in new Key[] { PortKeys.Ports, PortKeys.Decoders, PortKeys.Targets, PortKeys.Latency,
                PortKeys.PortLatency, PortKeys.CommitTime, PortKeys.BackInvalidate, PortKeys.HdmD, PortKeys.Interleave })
            {
                if (section.Has(option))
                {
                    section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(option),
                        $"{PrintableText.Quote(option.Name)} belongs to a switch, and none is named",
                        "Name the switch: \"switch: sw0\".");
                }
            }
        }

        return new PortModel
        {
            Name = key.Text,
            Number = section.Get(PortKeys.Number, index),
            Link = link,
            Switch = attached,
            Position = key.Position,
            EndpointReference = section.TryGet(PortKeys.Endpoint, out string endpoint) && !section.Has(PortKeys.Switch)
                ? new NameReference(endpoint, section.PositionOf(PortKeys.Endpoint)) : null,
        };
    }

    private SwitchModel? ReadSwitch(string name, SectionReader section, LinkModel link, int level)
    {
        SourcePosition position = section.PositionOf(PortKeys.Switch);
        if (level > SwitchLevelsMax)
        {
            section.Problem(DescriptionErrorCode.SwitchesTooDeep, position, "more than 16 switches, one below the other",
                "Put some of them side by side.");
            return null;
        }

        context.Claim(name, "switch", position);
        SwitchDefaults defaults = context.SwitchDefaults;
        SimDuration latency = section.Get(PortKeys.Latency, defaults.Latency);
        if (latency < SimDuration.FromNanoseconds(1))
        {
            section.Problem(DescriptionErrorCode.LatencyTooShort, section.PositionOf(PortKeys.Latency),
                $"the switch takes {latency} from port to port",
                "From one component to the next takes at least 1ns.");
        }

        IReadOnlyList<PortModel> ports = [];
        switch (section.Find(PortKeys.Ports))
        {
            case YamlMapping mapping:
                ports = ReadPorts(mapping, level);
                break;
            case null:
                section.Problem(DescriptionErrorCode.KeyMissing, position,
                    $"the switch {PrintableText.Quote(name)} needs the key \"ports\"", PortKeys.Ports.Sentence);
                break;
            case YamlNode other:
                section.Problem(DescriptionErrorCode.NotAMapping, other.Position,
                    $"ports maps names to ports, and this is {other.Kind}", "Write \"dsp0: endpoint\" for each port.");
                break;
        }

        return new SwitchModel
        {
            Name = name,
            Decoders = section.Get(PortKeys.Decoders, defaults.Decoders),
            TargetCount = section.Get(PortKeys.Targets, defaults.Targets),
            Latency = latency,
            UpstreamPortLatency = section.Get(PortKeys.PortLatency, defaults.PortLatency ?? link.PortLatency),
            CommitTime = section.Get(PortKeys.CommitTime, defaults.CommitTime),
            BackInvalidate = section.Get(PortKeys.BackInvalidate, defaults.BackInvalidate),
            HdmD = section.TryGet(PortKeys.HdmD, out int hdmD) ? hdmD : defaults.HdmD,
            Interleave = InterleaveKeys.Read(section.Find(PortKeys.Interleave), defaults.Interleave, errors),
            Ports = ports,
            Position = position,
        };
    }
}
