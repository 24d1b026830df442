using System.Globalization;

namespace CxlTopology.Description;

/// <summary>Counts the decoders that regions need in each component on their way: one each, those of guests like those of the host.</summary>
/// <remarks>A pass-through host bridge has no HDM decoders, and leads to one region all the same: the operating system has one decoder for it, which passes everything through.</remarks>
internal sealed class DecoderBudget(IReadOnlyDictionary<string, EndpointPlace> places, ErrorSink errors)
{
    private readonly Dictionary<string, int> used = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);

    /// <summary>Counts regions, and reports the first that finds no decoder left in a component.</summary>
    public void Check(IReadOnlyList<(RegionDraft Draft, ulong Base)> placed)
    {
        foreach ((RegionDraft draft, ulong _) in placed)
            Take(PrintableText.Quote(draft.Name), draft.Endpoints);
    }

    /// <summary>Counts regions that have been reported on before.</summary>
    public void Count(IEnumerable<RegionModel> regions)
    {
        foreach (RegionModel region in regions)
            Walk(region.Targets.Select(t => (t.Endpoint, region.Position)), (component, _, _) => used[component] = used.GetValueOrDefault(component) + 1);
    }

    /// <summary>Counts a region, and reports a component that has no decoder for it.</summary>
    /// <param name="what">Which it is, in words.</param>
    /// <param name="endpoints">Its endpoints, and where the file has them.</param>
    public void Take(string what, IEnumerable<(EndpointModel Endpoint, SourcePosition Position)> endpoints) => Walk(endpoints, (component, decoders, position) =>
    {
        int now = used[component] = used.GetValueOrDefault(component) + 1;
        if (now <= Math.Max(1, decoders) || !reported.Add(component))
            return;
        if (decoders == 0)
        {
            errors.Add(DescriptionErrorCode.DecodersExhausted, position,
                $"{PrintableText.Quote(component)} passes everything through for one region, and {what} would be the second",
                "Give the host bridge decoders of its own: \"{passthrough: false, ports: {…}}\".");
            return;
        }

        errors.Add(DescriptionErrorCode.DecodersExhausted, position,
            string.Create(CultureInfo.InvariantCulture, $"{PrintableText.Quote(component)} has {decoders} decoders, and {what} needs one more"),
            "Each region takes a decoder in every component on its way: give the component more, or make fewer regions.");
    });

    // Every component on the way of a region, once: its name, its decoders (0 for pass-through), the endpoint that it is passed for.
    private void Walk(IEnumerable<(EndpointModel Endpoint, SourcePosition Position)> endpoints, Action<string, int, SourcePosition> visit)
    {
        HashSet<string> counted = new(StringComparer.Ordinal);
        foreach ((EndpointModel endpoint, SourcePosition position) in endpoints)
        {
            if (!places.TryGetValue(endpoint.Name, out EndpointPlace? place))
                continue;
            Visit(place.Host.Name + "." + place.Bridge.Name, place.Bridge.PassThrough ? 0 : place.Bridge.Decoders);
            foreach (PortModel port in place.Ports)
            {
                if (port.Switch is SwitchModel through)
                    Visit(through.Name, through.Decoders);
            }

            Visit(endpoint.Name, endpoint.Decoders);

            void Visit(string component, int decoders)
            {
                if (counted.Add(component))
                    visit(component, decoders, position);
            }
        }
    }
}
