namespace CxlTopology.Software;

/// <summary>The memory devices that a listing is limited to: what ports, decoders and targets are then limited to as well.</summary>
internal sealed class MemdevSelection
{
    private readonly IReadOnlyList<CxlMemdev>? memdevs;
    private readonly HashSet<CxlPort> ports = [];
    private readonly HashSet<CxlDport> dports = [];

    public MemdevSelection(IEnumerable<CxlMemdev> all, ListingOptions options)
    {
        if (options.MemdevFilter is null && options.SerialFilter is null)
            return;
        memdevs = [.. all.Where(m => ListingFilter.Matches(m, options.MemdevFilter, options.SerialFilter))];
        foreach (CxlMemdev memdev in memdevs)
        {
            for (CxlPort? at = memdev.Endpoint; at is not null; at = at.Parent)
            {
                ports.Add(at);
                if (at.ParentDport is { } above)
                    dports.Add(above);
            }
        }
    }

    /// <summary>Whether a port is, or leads to, one of them.</summary>
    public bool Includes(CxlPort port) => memdevs is null || ports.Contains(port);

    /// <summary>Whether a downstream port leads to one of them.</summary>
    public bool Includes(CxlDport dport) => memdevs is null || dports.Contains(dport);

    /// <summary>Whether a decoder has one of them below a target, or is a decoder of one.</summary>
    public bool Includes(CxlDecoder decoder) => memdevs is null || decoder switch
    {
        CxlRootDecoder root => root.Targets.Exists(dports.Contains),
        CxlSwitchDecoder port => port.Targets.Exists(dports.Contains),
        _ => ports.Contains(decoder.Port),
    };
}
