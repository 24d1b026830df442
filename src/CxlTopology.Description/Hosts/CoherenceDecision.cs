using System.Globalization;

namespace CxlTopology.Description;

/// <summary>Decides how endpoints keep their memory coherent where the file leaves it open, and checks that what is between them and the host allows it.</summary>
/// <param name="endpoints">All endpoints by name; takes what is decided.</param>
/// <param name="open">Those whose coherence the file leaves open.</param>
/// <param name="resolve">The endpoint that a port names; null, and an error, if it is none.</param>
/// <param name="errors">Takes what does not go together.</param>
internal sealed class CoherenceDecision(
    Dictionary<string, EndpointModel> endpoints, HashSet<string> open, Func<NameReference, EndpointModel?> resolve, ErrorSink errors)
{
    /// <summary>Decides for all endpoints below one root port.</summary>
    public void Decide(BridgeModel bridge, PortModel rootPort)
    {
        List<(EndpointModel Endpoint, PortModel[] Way)> below = [];
        Collect(rootPort, [], below);
        for (int i = 0; i < below.Count; i++)
        {
            EndpointModel endpoint = below[i].Endpoint;
            if (!open.Contains(endpoint.Name) || endpoint.Type != DeviceType.Type2)
                continue;
            endpoint = endpoint with { Coherence = below.Count > 1 ? CoherenceModel.HdmDB : CoherenceModel.HdmD };
            endpoints[endpoint.Name] = endpoint;
            below[i] = (endpoint, below[i].Way);
        }

        foreach ((EndpointModel endpoint, PortModel[] way) in below)
        {
            if (endpoint.Coherence == CoherenceModel.HdmDB)
                CheckBackInvalidate(bridge, endpoint, way);
            else if (endpoint.Coherence == CoherenceModel.HdmD && below.Count > 1)
                CheckBias(rootPort, endpoint, way, below);
        }

        CheckIds(below);
    }

    private void CheckBackInvalidate(BridgeModel bridge, EndpointModel endpoint, PortModel[] way)
    {
        if (way.Any(p => p.Link.FlitBytes == 68))
        {
            errors.Add(DescriptionErrorCode.BackInvalidateNeedsLargeFlits, endpoint.Position,
                $"{PrintableText.Quote(endpoint.Name)} is hdm-db, and a link on its way has 68-byte flits",
                "Back-invalidate snoops need flit: 256B on every link up to the root port.");
        }

        string? without = bridge.BackInvalidate ? way.Select(p => p.Switch).FirstOrDefault(s => s is { BackInvalidate: false })?.Name : bridge.Name;
        if (without is not null)
        {
            errors.Add(DescriptionErrorCode.BackInvalidateNotThere, endpoint.Position,
                $"{PrintableText.Quote(endpoint.Name)} is hdm-db, and {PrintableText.Quote(without)} above it has no BI decoders",
                "Back-invalidate snoops need BI decoders in every component up to the host: leave \"back-invalidate: false\" out, or make it hdm-d.");
        }
    }

    private void CheckBias(PortModel rootPort, EndpointModel endpoint, PortModel[] way, List<(EndpointModel Endpoint, PortModel[] Way)> below)
    {
        foreach (PortModel port in way)
        {
            if (port.Switch is not { } above)
                continue;
            int leading = above.Ports.Count(p => below.Any(b => b.Endpoint.Coherence == CoherenceModel.HdmD && b.Way.Any(w => ReferenceEquals(w, p))));
            if (above.HdmD is { } limit && leading <= limit)
                continue;
            errors.Add(DescriptionErrorCode.HdmDNotAlone, endpoint.Position,
                above.HdmD is { } stated
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"{leading} ports of {PrintableText.Quote(above.Name)} lead to hdm-d devices, {PrintableText.Quote(endpoint.Name)} among them; it takes {stated}")
                    : $"{PrintableText.Quote(endpoint.Name)} is hdm-d and shares the root port {PrintableText.Quote(rootPort.Name)}",
                "An hdm-d device has its root port to itself: make it hdm-db, move it, or give the switches above it \"hdm-d\" devices enough.");
            return;
        }
    }

    /// <summary>Caching devices that share a link with small flits, which has no room for their ids.</summary>
    private void CheckIds(List<(EndpointModel Endpoint, PortModel[] Way)> below)
    {
        var reported = new HashSet<PortModel>(ReferenceEqualityComparer.Instance);
        foreach ((EndpointModel endpoint, PortModel[] way) in below.Where(b => b.Endpoint is { Type: DeviceType.Type2, Coherence: CoherenceModel.HdmD }))
        {
            PortModel? shared = way.FirstOrDefault(p => p.Switch is { HdmD: > 1 } && p.Link.FlitBytes == 68
                && below.Count(b => b.Endpoint.Type == DeviceType.Type2 && b.Way.Any(w => ReferenceEquals(w, p))) > 1);
            if (shared is null || !reported.Add(shared))
                continue;
            errors.Add(DescriptionErrorCode.CacheIdNeedsLargeFlits, endpoint.Position,
                $"{PrintableText.Quote(endpoint.Name)} shares the link above {PrintableText.Quote(shared.Switch!.Name)} with another caching device, and the link has 68-byte flits",
                "Cache ids need flit: 256B where several type-2 devices are below.");
        }
    }

    private void Collect(PortModel port, PortModel[] above, List<(EndpointModel Endpoint, PortModel[] Way)> found)
    {
        PortModel[] way = [.. above, port];
        if (port.EndpointReference is NameReference reference && resolve(reference) is EndpointModel endpoint)
            found.Add((endpoint, way));
        foreach (PortModel below in port.Switch?.Ports ?? [])
            Collect(below, way, found);
    }
}
