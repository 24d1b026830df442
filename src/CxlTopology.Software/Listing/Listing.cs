namespace CxlTopology.Software;

/// <summary>What <c>cxl list</c> shows of the objects of a CXL core: the same selection, nesting, keys and order of keys.</summary>
/// <remarks>
/// Siblings come by ascending id, regions by ascending address. Objects nest below the nearest object above them that is shown; what has none is listed at
/// the top, in one container for each kind if there are several kinds.
/// </remarks>
public sealed class Listing
{
    private readonly CxlCore core;
    private readonly ListingOptions options;
    private readonly IReadOnlyDictionary<CxlMemdev, MemdevDetails> details;
    private readonly MemdevSelection selection;

    private Listing(CxlCore core, ListingOptions options, IReadOnlyDictionary<CxlMemdev, MemdevDetails> details)
    {
        (this.core, this.options, this.details) = (core, options, details);
        selection = new MemdevSelection(core.Memdevs, options);
    }

    /// <summary>The listing.</summary>
    /// <param name="core">The CXL core.</param>
    /// <param name="options">What to show; <see cref="ListingOptions.Resolved"/> is applied.</param>
    /// <param name="details">What the mailboxes of memory devices answered; none are needed.</param>
    /// <returns>An array; empty if nothing matches.</returns>
    public static ListingArray Of(CxlCore core, ListingOptions options, IReadOnlyDictionary<CxlMemdev, MemdevDetails> details) =>
        new Listing(core, options.Resolved(), details).Walk();

    /// <summary>The text of a listing as <c>cxl list</c> prints it: for people, a single element comes without brackets.</summary>
    /// <returns>Null if there is nothing to print: an empty listing for people.</returns>
    public static string? TextOf(ListingArray listing, bool human)
    {
        if (!human || listing.Items.Count > 1)
            return ListingText.Of(listing, human);
        return listing.Items.Count == 1 ? ListingText.Of(listing.Items[0], human) : null;
    }

    private ListingArray Walk()
    {
        var top = new ListingLevel();
        var disabled = new ListingArray();
        if (options is { Memdevs: true, Idle: true })
        {
            foreach (CxlMemdev memdev in core.Memdevs.Where(m => m.Endpoint is null && ListingFilter.Matches(m, options.MemdevFilter, options.SerialFilter)))
                disabled.Items.Add(MemdevNodes.Of(memdev, options, DetailsOf(memdev)));
        }

        var buses = new ListingArray();
        if (core.Root is { } root && selection.Includes(root))
            WalkBus(root, buses, top);
        (string Name, ListingArray Items)[] kinds =
        [
            ("anon memdevs", disabled),
            ("buses", buses),
            ("ports", top.Ports),
            ("endpoints", top.Endpoints),
            ("memdevs", top.Memdevs),
            ("root decoders", top.RootDecoders),
            ("port decoders", top.PortDecoders),
            ("endpoint decoders", top.EndpointDecoders),
            ("regions", top.Regions),
        ];
        foreach (ListingArray items in new[] { top.Ports, top.Endpoints, top.Memdevs, top.PortDecoders, top.EndpointDecoders })
            items.SortById();
        ListingArray[] shown = [.. kinds.Select(k => k.Items).Where(items => items.Items.Count > 0)];
        if (shown.Length <= 1)
            return shown.Length == 0 ? new ListingArray() : shown[0];
        var listing = new ListingArray();
        foreach ((string name, ListingArray items) in kinds.Where(k => k.Items.Items.Count > 0))
            listing.Items.Add(new ListingObject().Add(name, items));
        return listing;
    }

    private void WalkBus(CxlPort root, ListingArray buses, ListingLevel top)
    {
        ListingObject? node = null;
        if (options.Buses && ListingFilter.MatchesBus(root, options.BusFilter) && ListingFilter.MatchesPort(root, options.PortFilter, options.Single))
        {
            node = PortNodes.BusOf(root);
            PortNodes.AddDports(node, root, options, selection);
            buses.Items.Add(node);
        }

        ListingLevel level = node is null ? top : top.Below(options, root: true);
        WalkDecoders(root, level.RootDecoders, level.Regions);
        WalkEndpoints(root, level);
        WalkPorts(root, level);
        if (node is not null)
            Attach(node, root, level, ["ports", "endpoints", "decoders", "regions", "memdevs"]);
    }

    private void WalkPorts(CxlPort above, ListingLevel level)
    {
        foreach (CxlPort port in Sorted(above, endpoints: false))
        {
            if (!selection.Includes(port))
                continue;
            ListingObject? node = null;
            if (ListingFilter.MatchesPort(port, options.PortFilter, options.Single) && MatchesBus())
            {
                if (!options.Idle && !port.Enabled)
                    continue;
                if (options.Ports)
                {
                    node = PortNodes.PortOf(port);
                    PortNodes.AddDports(node, port, options, selection);
                    level.Ports.Items.Add(node);
                }
            }

            ListingLevel below = node is null ? level : level.Below(options, root: false);
            WalkEndpoints(port, below);
            WalkDecoders(port, below.PortDecoders, null);
            WalkPorts(port, below);
            if (node is not null)
                Attach(node, port, below, ["ports", "endpoints", "decoders", "memdevs"]);
        }
    }

    private void WalkEndpoints(CxlPort above, ListingLevel level)
    {
        if (!options.Endpoints && !options.Memdevs && !options.Decoders)
            return;
        foreach (CxlPort endpoint in Sorted(above, endpoints: true))
        {
            if (IsShown(endpoint))
                WalkEndpoint(endpoint, level);
        }
    }

    private void WalkEndpoint(CxlPort endpoint, ListingLevel level)
    {
        ListingObject? node = null;
        if (options.Endpoints)
        {
            node = PortNodes.EndpointOf(endpoint);
            level.Endpoints.Items.Add(node);
        }

        if (options.Memdevs)
        {
            if (endpoint.Memdev is not { } memdev || !IsBelowADecoderAskedFor(memdev))
                return;
            ListingObject shown = MemdevNodes.Of(memdev, options, DetailsOf(memdev));
            if (node is null)
                level.Memdevs.Items.Add(shown);
            else
                node.Add("memdev", shown);
        }

        ListingArray decoders = node is null ? level.EndpointDecoders : new ListingArray();
        WalkDecoders(endpoint, decoders, null);
        node?.AddUnlessEmpty("decoders:" + endpoint.Name, decoders);
    }

    private void WalkDecoders(CxlPort port, ListingArray decoders, ListingArray? regions)
    {
        foreach (CxlDecoder decoder in port.Decoders.OrderBy(d => d.Instance))
        {
            ListingObject? node = null;
            if (options.Decoders && IsShown(decoder))
            {
                if (!options.Idle && decoder.Size.Bytes == 0)
                    continue;
                node = DecoderNodes.Of(decoder, options, selection);
                decoders.Items.Add(node);
            }

            if (!options.Regions || decoder is not CxlRootDecoder root || regions is null)
                continue;
            ListingArray into = node is null ? regions : new ListingArray();
            WalkRegions(root, into);
            node?.AddUnlessEmpty("regions:" + decoder.Name, into);
        }
    }

    private void WalkRegions(CxlRootDecoder root, ListingArray regions)
    {
        foreach (CxlRegion region in root.Regions.OrderBy(r => r.Size.Bytes == 0 ? ulong.MaxValue : r.Base.Value).ThenBy(r => r.Id))
        {
            if (ListingFilter.Matches(region, options.RegionFilter)
                && MatchesBus()
                && ListingFilter.MatchesPort(root.Port, options.PortFilter, single: false)
                && ListingFilter.Matches(root, options.DecoderFilter)
                && (options.Idle || region.Enabled))
            {
                regions.Items.Add(RegionNodes.Of(region, options, DetailsOf));
            }
        }
    }

    private bool IsShown(CxlPort endpoint) =>
        ListingFilter.MatchesEndpoint(endpoint, options.EndpointFilter)
        && MatchesBus()
        && (ListingFilter.MatchesPort(endpoint, options.PortFilter, single: true)
            || (endpoint.Parent is { } above && ListingFilter.MatchesPort(above, options.PortFilter, options.Single)))
        && selection.Includes(endpoint)
        && (options.Idle || endpoint.Enabled);

    private bool IsShown(CxlDecoder decoder) =>
        ListingFilter.Matches(decoder, options.DecoderFilter)
        && MatchesBus()
        && ListingFilter.MatchesPort(decoder.Port, options.PortFilter, options.Single)
        && selection.Includes(decoder)
        && BelongsToARegionAskedFor(decoder);

    private bool BelongsToARegionAskedFor(CxlDecoder decoder) =>
        options.RegionFilter is null
        || (decoder is CxlRootDecoder root
            ? root.Regions.Exists(r => ListingFilter.Matches(r, options.RegionFilter))
            : decoder.Region is { } region && ListingFilter.Matches(region, options.RegionFilter));

    // Decoders of endpoints have no targets: with their filter no memory device is shown.
    private bool IsBelowADecoderAskedFor(CxlMemdev memdev)
    {
        if (options.DecoderFilter is null)
            return true;
        for (CxlPort? port = memdev.Endpoint; port is not null; port = port.Parent)
        {
            foreach (CxlDecoder decoder in port.Decoders)
            {
                List<CxlDport> targets = decoder switch
                {
                    CxlRootDecoder root => root.Targets,
                    CxlSwitchDecoder below => below.Targets,
                    _ => [],
                };
                if (targets.Exists(target => ListingFilter.Leads(target, memdev)) && ListingFilter.Matches(decoder, options.DecoderFilter))
                    return true;
            }
        }

        return false;
    }

    private bool MatchesBus() => core.Root is not { } root || ListingFilter.MatchesBus(root, options.BusFilter);

    private MemdevDetails DetailsOf(CxlMemdev memdev) => details.TryGetValue(memdev, out MemdevDetails? known) ? known : new MemdevDetails();

    private static IEnumerable<CxlPort> Sorted(CxlPort above, bool endpoints) =>
        above.Children.Where(c => (c.Kind == CxlPortKind.Endpoint) == endpoints).OrderBy(c => c.Id);

    private static void Attach(ListingObject node, CxlPort port, ListingLevel level, string[] keys)
    {
        foreach (string key in keys)
        {
            ListingArray? items = level.Own(key);
            if (key != "regions")
                items?.SortById();
            node.AddUnlessEmpty(key + ":" + port.Name, items);
        }
    }
}
