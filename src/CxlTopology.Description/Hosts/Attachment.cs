using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Puts the endpoints on the ports that name them: who is where, who is nowhere, and what coherence that allows.</summary>
internal sealed class Attachment(IReadOnlyList<EndpointModel> endpoints, HashSet<string> coherenceOpen, ErrorSink errors)
{
    private readonly Dictionary<string, EndpointModel> byName = Index(endpoints);
    private readonly Dictionary<string, SourcePosition> attachedAt = new(StringComparer.Ordinal);

    /// <summary>The endpoints with their coherence decided, in the order of the file.</summary>
    public IReadOnlyList<EndpointModel> Endpoints => [.. endpoints.Select(endpoint => byName[endpoint.Name])];

    /// <summary>Where each attached endpoint hangs.</summary>
    public Dictionary<string, EndpointPlace> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>The hosts with endpoints in place.</summary>
    public IReadOnlyList<HostModel> Attach(IReadOnlyList<HostModel> hosts)
    {
        foreach (HostModel host in hosts)
        {
            foreach (BridgeModel bridge in host.Bridges)
            {
                var decision = new CoherenceDecision(byName, coherenceOpen, Resolve, errors);
                foreach (PortModel port in bridge.Ports)
                    decision.Decide(bridge, port);
            }
        }

        List<HostModel> attached = [.. hosts.Select(Attach)];
        foreach (EndpointModel endpoint in endpoints)
        {
            if (!attachedAt.ContainsKey(endpoint.Name))
            {
                errors.Add(DescriptionErrorCode.EndpointNotAttached, endpoint.Position,
                    $"no port carries the endpoint {PrintableText.Quote(endpoint.Name)}",
                    "Name it on a root port or downstream port, or take it out.");
            }
        }

        foreach (HostModel host in attached)
        {
            foreach (BridgeModel bridge in host.Bridges)
                Place(host, bridge, bridge.Ports, []);
        }

        return attached;
    }

    /// <summary>Endpoints by name; of several with one name, which is reported elsewhere, the first.</summary>
    public static Dictionary<string, EndpointModel> Index(IReadOnlyList<EndpointModel> endpoints)
    {
        Dictionary<string, EndpointModel> index = new(StringComparer.Ordinal);
        foreach (EndpointModel endpoint in endpoints)
            index.TryAdd(endpoint.Name, endpoint);
        return index;
    }

    private EndpointModel? Resolve(NameReference reference)
    {
        if (!byName.TryGetValue(reference.Name, out EndpointModel? endpoint))
        {
            errors.Add(DescriptionErrorCode.UnknownEndpoint, reference.Position,
                $"there is no endpoint {PrintableText.Quote(reference.Name)}",
                "Describe it under \"endpoints\"." + Suggestion.Among(reference.Name, byName.Keys));
            return null;
        }

        if (attachedAt.TryAdd(reference.Name, reference.Position))
            return endpoint;
        errors.Add(DescriptionErrorCode.EndpointAttachedTwice, reference.Position,
            $"the endpoint {PrintableText.Quote(reference.Name)} is already attached at {attachedAt[reference.Name]}",
            "An endpoint has one port: give each its own name.");
        return null;
    }

    private HostModel Attach(HostModel host) => host with
    {
        Bridges = [.. host.Bridges.Select(bridge => bridge with { Ports = Attach(bridge.Ports) })],
    };

    private PortModel[] Attach(IReadOnlyList<PortModel> ports) =>
    [
        .. ports.Select(port => port with
        {
            Endpoint = port.EndpointReference is NameReference reference
                && byName.TryGetValue(reference.Name, out EndpointModel? endpoint) ? endpoint : null,
            Switch = port.Switch is SwitchModel below ? below with { Ports = Attach(below.Ports) } : null,
        }),
    ];

    private void Place(HostModel host, BridgeModel bridge, IReadOnlyList<PortModel> ports, List<PortModel> above)
    {
        foreach (PortModel port in ports)
        {
            above.Add(port);
            if (port.Endpoint is EndpointModel endpoint)
                Places.TryAdd(endpoint.Name, new EndpointPlace(host, bridge, [.. above]));
            if (port.Switch is SwitchModel below)
                Place(host, bridge, below.Ports, above);
            above.RemoveAt(above.Count - 1);
        }
    }
}
