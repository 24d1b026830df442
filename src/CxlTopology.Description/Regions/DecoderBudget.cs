using System.Globalization;

namespace CxlTopology.Description;

/// <summary>Counts the decoders regions need in each component on their way.</summary>
internal sealed class DecoderBudget(IReadOnlyDictionary<string, EndpointPlace> places, ErrorSink errors)
{
    private readonly Dictionary<string, int> used = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);

    public void Check(IReadOnlyList<(RegionDraft Draft, ulong Base)> placed)
    {
        foreach ((RegionDraft draft, ulong _) in placed)
        {
            HashSet<string> counted = new(StringComparer.Ordinal);
            foreach ((EndpointModel endpoint, SourcePosition position) in draft.Endpoints)
            {
                if (!places.TryGetValue(endpoint.Name, out EndpointPlace? place))
                    continue;
                if (!place.Bridge.PassThrough)
                    Use(counted, place.Host.Name + "." + place.Bridge.Name, place.Bridge.Decoders, draft, position);
                foreach (PortModel port in place.Ports)
                {
                    if (port.Switch is SwitchModel through)
                        Use(counted, through.Name, through.Decoders, draft, position);
                }

                Use(counted, endpoint.Name, endpoint.Decoders, draft, position);
            }
        }
    }

    private void Use(HashSet<string> counted, string component, int decoders, RegionDraft draft, SourcePosition position)
    {
        if (!counted.Add(component))
            return;
        int now = used[component] = used.GetValueOrDefault(component) + 1;
        if (now > decoders && reported.Add(component))
        {
            errors.Add(DescriptionErrorCode.DecodersExhausted, position,
                string.Create(CultureInfo.InvariantCulture,
                    $"{PrintableText.Quote(component)} has {decoders} decoders, and {PrintableText.Quote(draft.Name)} needs one more"),
                "Each region takes a decoder in every component on its way: give the component more, or make fewer regions.");
        }
    }
}
