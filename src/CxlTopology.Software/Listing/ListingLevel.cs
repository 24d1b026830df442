namespace CxlTopology.Software;

/// <summary>Where the objects found at one place of the walk are put: into the object shown there, or, for kinds that it does not nest, where those above put theirs.</summary>
internal sealed class ListingLevel
{
    private readonly Dictionary<string, ListingArray> own = new(StringComparer.Ordinal);

    public ListingArray Ports { get; private init; } = new();

    public ListingArray Endpoints { get; private init; } = new();

    public ListingArray Memdevs { get; private init; } = new();

    public ListingArray RootDecoders { get; private init; } = new();

    public ListingArray PortDecoders { get; private init; } = new();

    public ListingArray EndpointDecoders { get; private init; } = new();

    public ListingArray Regions { get; private init; } = new();

    /// <summary>The level of a port that is shown: it nests the kinds that are asked for.</summary>
    public ListingLevel Below(ListingOptions options, bool root)
    {
        var arrays = new Dictionary<string, ListingArray>(StringComparer.Ordinal);
        ListingArray Pick(string key, bool nested, ListingArray above)
        {
            if (!nested)
                return above;
            if (!arrays.TryGetValue(key, out ListingArray? array))
                arrays.Add(key, array = new ListingArray());
            return array;
        }

        var level = new ListingLevel
        {
            Ports = Pick("ports", options.Ports, Ports),
            Endpoints = Pick("endpoints", options.Endpoints, Endpoints),
            Memdevs = Pick("memdevs", options.Memdevs, Memdevs),
            RootDecoders = Pick("decoders", options.Decoders, RootDecoders),
            PortDecoders = Pick("decoders", options.Decoders, PortDecoders),
            EndpointDecoders = Pick("decoders", options.Decoders, EndpointDecoders),
            Regions = Pick("regions", root && options.Regions, Regions),
        };
        foreach ((string key, ListingArray array) in arrays)
            level.own.Add(key, array);
        return level;
    }

    /// <summary>What the port shown here nests of a kind; null if it nests none.</summary>
    public ListingArray? Own(string key) => own.GetValueOrDefault(key);
}
