using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>What a home agent counted.</summary>
public sealed class HomeStatistics
{
    /// <summary>Accesses of the host's agents, line by line.</summary>
    public long Accesses { get; internal set; }

    /// <summary>Of them those that the host's cache served at once.</summary>
    public long Hits { get; internal set; }

    /// <summary>Requests of devices on CXL.cache.</summary>
    public long Requests { get; internal set; }

    /// <summary>Snoops sent.</summary>
    public long Snoops { get; internal set; }

    /// <summary>Back-invalidate snoops answered.</summary>
    public long BackInvalidates { get; internal set; }

    /// <summary>Of them those that met a request of the host's own.</summary>
    public long Conflicts { get; internal set; }

    /// <summary>Modified lines written to memory.</summary>
    public long WriteBacks { get; internal set; }

    /// <summary>Lines that the host's cache gave up to make room.</summary>
    public long Evictions { get; internal set; }

    /// <summary>Requests that found their line in use and waited.</summary>
    public long Waited { get; internal set; }

    /// <summary>Hints that a read of device memory may follow (MemSpecRd).</summary>
    public long SpeculativeReads { get; internal set; }

    internal ReadOnlySpan<long> All => (long[])[Accesses, Hits, Requests, Snoops, BackInvalidates, Conflicts, WriteBacks, Evictions, Waited, SpeculativeReads];

    internal void AppendState(ref RunDigest digest)
    {
        foreach (long count in All)
            digest.Add(count);
    }

    internal void Save(WireBuffer to)
    {
        foreach (long count in All)
            to.WriteInt64(count);
    }

    internal void Load(ref WireReader from)
    {
        (Accesses, Hits, Requests) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Snoops, BackInvalidates, Conflicts) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (WriteBacks, Evictions, Waited, SpeculativeReads) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
    }
}
