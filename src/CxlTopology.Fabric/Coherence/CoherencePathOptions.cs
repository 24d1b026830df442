namespace CxlTopology.Fabric;

/// <summary>What the coherence path of a component is built from.</summary>
internal sealed record CoherencePathOptions
{
    /// <summary>Back-invalidates can pass the component: it has a BI decoder or route table.</summary>
    public bool BackInvalidate { get; init; }

    /// <summary>Cache ids that can pass it, 0 to 16: it has a cache ID decoder or route table if not 0.</summary>
    public int CacheIds { get; init; } = Specification.CacheIdRouteTableRegisters.TargetsMax;

    /// <summary>Ports with HDM-D devices below that its cache ID route table takes, 1 to 15; 0 for as many as it has ids.</summary>
    public int HdmDDevices { get; init; } = 1;

    /// <summary>How long a commit takes.</summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>Whether what makes no sense is refused.</summary>
    public bool IsStrict { get; init; } = true;

    /// <summary>What a host bridge or a switch, with all its ports, is built from.</summary>
    public static CoherencePathOptions Of(bool backInvalidate, int cacheIds, int hdmDDevices, HardwareDelay commitTime, CommitProfile profile) => new()
    {
        BackInvalidate = backInvalidate,
        CacheIds = cacheIds,
        HdmDDevices = hdmDDevices,
        CommitTime = commitTime,
        IsStrict = profile == CommitProfile.Strict,
    };

    /// <summary>Who has the ports that route tables lead to; null of a port that faces down, and of a device.</summary>
    public IPathOwner? Owner { get; init; }
}
