namespace CxlTopology.Description;

/// <summary>Finds the component a firmware entry names.</summary>
internal sealed class FirmwareComponents
{
    private readonly Dictionary<string, List<Found>> byName = new(StringComparer.Ordinal);

    public FirmwareComponents(IReadOnlyList<HostModel> hosts, IReadOnlyDictionary<string, EndpointPlace> places)
    {
        foreach (HostModel host in hosts)
        {
            foreach (BridgeModel bridge in host.Bridges)
            {
                Found found = new(new FirmwareComponent(FirmwareTargetKind.HostBridge, host.Name, bridge.Name),
                    bridge.PassThrough ? 0 : bridge.Decoders);
                Add(bridge.Name, found);
                Add(host.Name + "." + bridge.Name, found);
                foreach (PortModel port in bridge.Ports)
                    AddSwitches(host, port);
            }
        }

        foreach (EndpointPlace place in places.Values)
        {
            EndpointModel endpoint = place.Ports[^1].Endpoint!;
            Add(endpoint.Name, new Found(new FirmwareComponent(FirmwareTargetKind.Endpoint, place.Host.Name, endpoint.Name),
                endpoint.Decoders));
        }
    }

    /// <summary>The component of this name; null after a report.</summary>
    public Found? Find(string name, SectionReader section)
    {
        SourcePosition position = section.PositionOf(FirmwareKeys.Component);
        if (!byName.TryGetValue(name, out List<Found>? found))
        {
            section.Problem(DescriptionErrorCode.UnknownComponent, position,
                $"there is no host bridge, switch or endpoint {PrintableText.Quote(name)}",
                "Ports have no decoders of their own: name what they belong to." + Suggestion.Among(name, byName.Keys));
            return null;
        }

        if (found.Count == 1)
            return found[0];
        section.Problem(DescriptionErrorCode.AmbiguousComponent, position,
            $"{PrintableText.Quote(name)} is the name of {found.Count} components",
            $"Write for example {found[0].Component.Host}.{name}.");
        return null;
    }

    private void AddSwitches(HostModel host, PortModel port)
    {
        if (port.Switch is not SwitchModel below)
            return;
        Add(below.Name, new Found(new FirmwareComponent(FirmwareTargetKind.Switch, host.Name, below.Name), below.Decoders));
        foreach (PortModel next in below.Ports)
            AddSwitches(host, next);
    }

    private void Add(string name, Found found)
    {
        if (!byName.TryGetValue(name, out List<Found>? list))
            byName.Add(name, list = []);
        list.Add(found);
    }

    /// <summary>A component and its decoders; 0 for a pass-through bridge.</summary>
    public sealed record Found(FirmwareComponent Component, int Decoders);
}
