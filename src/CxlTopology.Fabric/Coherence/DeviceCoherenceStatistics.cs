using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a device's coherence engine counted.</summary>
public sealed class DeviceCoherenceStatistics
{
    private readonly long[] requests = new long[(int)D2HRequest.CacheFlushed + 1];

    /// <summary>Accesses of the device's own engine.</summary>
    public long Accesses { get; internal set; }

    /// <summary>Of them those that its cache served at once.</summary>
    public long Hits { get; internal set; }

    /// <summary>Requests of the host on CXL.mem.</summary>
    public long HostRequests { get; internal set; }

    /// <summary>Snoops of the host.</summary>
    public long Snoops { get; internal set; }

    /// <summary>Back-invalidate snoops sent.</summary>
    public long BackInvalidates { get; internal set; }

    /// <summary>Of them those for more than one line.</summary>
    public long BlockSnoops { get; internal set; }

    /// <summary>Of them those that made room in the snoop filter.</summary>
    public long Recalls { get; internal set; }

    /// <summary>Conflicts that the host reported.</summary>
    public long Conflicts { get; internal set; }

    /// <summary>Pages that became the host's.</summary>
    public long FlipsToHost { get; internal set; }

    /// <summary>Pages that became the device's.</summary>
    public long FlipsToDevice { get; internal set; }

    /// <summary>Time spent between back-invalidate snoops and their answers, in femtoseconds.</summary>
    public long BackInvalidateTime { get; internal set; }

    /// <summary>Modified lines written back: to the host, or to its own memory.</summary>
    public long WriteBacks { get; internal set; }

    /// <summary>Lines lost without being written back: a reset or a fault.</summary>
    public long LinesLost { get; internal set; }

    /// <summary>Reads of the host that had arrived when a CXL reset took effect, and were dropped.</summary>
    public long ReadsDropped { get; internal set; }

    /// <summary>Requests of the host, reads and writes, that were being served when a conventional reset came, and were lost.</summary>
    public long RequestsLost { get; internal set; }

    /// <summary>Requests on CXL.cache of a kind.</summary>
    public long Requests(D2HRequest request) => requests[(int)request];

    internal void Count(D2HRequest request) => requests[(int)request]++;

    internal void AppendState(ref RunDigest digest)
    {
        foreach (long count in (ReadOnlySpan<long>)[Accesses, Hits, HostRequests, Snoops, BackInvalidates, BlockSnoops, Recalls, Conflicts, FlipsToHost, FlipsToDevice, WriteBacks, LinesLost, .. requests])
            digest.Add(count);
        if ((ReadsDropped | RequestsLost) != 0)
        {
            digest.Add(ReadsDropped);
            digest.Add(RequestsLost);
        }
    }

    internal void Save(WireBuffer to)
    {
        foreach (long count in (ReadOnlySpan<long>)[Accesses, Hits, HostRequests, Snoops, BackInvalidates, BlockSnoops, Recalls, Conflicts, FlipsToHost, FlipsToDevice, BackInvalidateTime, WriteBacks, LinesLost, ReadsDropped, RequestsLost, .. requests])
            to.WriteInt64(count);
    }

    internal void Load(ref WireReader from)
    {
        (Accesses, Hits, HostRequests, Snoops) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (BackInvalidates, BlockSnoops, Recalls, Conflicts, FlipsToHost) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (FlipsToDevice, BackInvalidateTime, WriteBacks, LinesLost) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (ReadsDropped, RequestsLost) = (from.ReadInt64(), from.ReadInt64());
        for (int i = 0; i < requests.Length; i++)
            requests[i] = from.ReadInt64();
    }
}
