namespace CxlTopology.Specification;

/// <summary>What the component registers of a component are built from. Equal options share one layout.</summary>
public sealed record ComponentRegisterOptions
{
    /// <summary>What it is: decides which capabilities it has.</summary>
    public required ComponentRole Role { get; init; }

    /// <summary>
    /// The HDM decoder capability register, count of decoders and all; null, the default, for none: a host bridge with one port may do
    /// without. Of host bridges, upstream ports and endpoints only.
    /// </summary>
    public HdmCapability? Hdm { get; init; }

    /// <summary>It knows back-invalidate (256-byte flits): BI decoder or route table. Not by default.</summary>
    public bool BackInvalidate { get; init; }

    /// <summary>Cache ids below it, 0 to 16: cache ID decoder or route table if not 0. 0 by default.</summary>
    public int CacheIds { get; init; }

    /// <summary>Ports with HDM-D devices below that the cache ID route table takes, 1 to 15; 0 for as many as it has ids. 1 by default.</summary>
    public int HdmDDevices { get; init; } = 1;

    /// <summary>BI and cache ID decoders and route tables change by commit only, and take at most 10 ms for it. By default.</summary>
    public bool ExplicitCommit { get; init; } = true;

    /// <summary>A root port times CXL.mem out and isolates. By default.</summary>
    public bool TimeoutIsolation { get; init; } = true;

    /// <summary>It passes poison on. By default.</summary>
    public bool PoisonEnabled { get; init; } = true;

    /// <summary>Snoop filter group of a root port or host bridge. 0 by default.</summary>
    public ushort SnoopFilterGroup { get; init; }

    /// <summary>What that snoop filter tracks, up to 4 GiB less one. 0 by default.</summary>
    public uint SnoopFilterSize { get; init; }
}
