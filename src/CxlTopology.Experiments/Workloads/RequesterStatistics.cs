using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>What a requester measured.</summary>
public sealed class RequesterStatistics
{
    private readonly long[] errors = new long[Enum.GetValues<AccessStatus>().Length];

    /// <summary>Requests issued.</summary>
    public long Issued { get; internal set; }

    /// <summary>Reads completed, well or not.</summary>
    public long ReadCount { get; private set; }

    /// <summary>Writes completed, well or not.</summary>
    public long WriteCount { get; private set; }

    /// <summary>Latencies of the reads that completed well: an access that was refused half-way says nothing about the memory.</summary>
    public LatencyHistogram Reads { get; } = new();

    /// <summary>Latencies of the writes that completed well.</summary>
    public LatencyHistogram Writes { get; } = new();

    /// <summary>Bytes of requests that completed well.</summary>
    public long Bytes { get; private set; }

    /// <summary>Answers that belong to no request, or came twice.</summary>
    public long Unexpected { get; internal set; }

    /// <summary>Answers that came after their request was given up.</summary>
    public long Late { get; internal set; }

    /// <summary>Requests of a guest that never reached the hardware: nothing is mapped at their addresses.</summary>
    public long Unmapped { get; internal set; }

    /// <summary>Why nothing was issued: the guest has not what the workload goes to. Null if it began.</summary>
    public string? NotStarted { get; internal set; }

    /// <summary>How often a reset of the device stopped the engine that issues them.</summary>
    public long Stops { get; internal set; }

    /// <summary>When the first request was issued, in femtoseconds.</summary>
    public long FirstIssue { get; internal set; }

    /// <summary>When the last request was completed, in femtoseconds.</summary>
    public long LastCompletion { get; private set; }

    /// <summary>Requests completed, well or not.</summary>
    public long Completed => ReadCount + WriteCount;

    /// <summary>Requests that did not complete well.</summary>
    public long ErrorCount => errors.Sum();

    /// <summary>Requests that did not complete well, by reason.</summary>
    public IEnumerable<(AccessStatus Reason, long Count)> Errors =>
        errors.Select((count, reason) => ((AccessStatus)reason, count)).Where(e => e.count != 0);

    /// <summary>Bytes a nanosecond, which is 10^9 bytes a second, from the first issue to the last completion.</summary>
    public double GigabytesPerSecond => LastCompletion <= FirstIssue ? 0 : Bytes * 1e6 / (LastCompletion - FirstIssue);

    internal void Save(WireBuffer to)
    {
        foreach (long value in (ReadOnlySpan<long>)[Issued, ReadCount, WriteCount, Bytes, Unexpected, Late, FirstIssue, LastCompletion, Unmapped, Stops, .. errors])
            to.WriteInt64(value);
        to.WriteText(NotStarted ?? "");
        Reads.Save(to);
        Writes.Save(to);
    }

    internal void Load(ref WireReader from)
    {
        (Issued, ReadCount, WriteCount, Bytes) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Unexpected, Late, FirstIssue, LastCompletion) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (Unmapped, Stops) = (from.ReadInt64(), from.ReadInt64());
        for (int reason = 0; reason < errors.Length; reason++)
            errors[reason] = from.ReadInt64();
        NotStarted = from.ReadText() is { Length: > 0 } text ? text : null;
        Reads.Load(ref from);
        Writes.Load(ref from);
    }

    internal void Complete(bool isWrite, long latency, int bytes, AccessStatus status, long now)
    {
        if (isWrite)
            WriteCount++;
        else
            ReadCount++;
        LastCompletion = now;
        if (status != AccessStatus.Ok)
        {
            errors[(int)status]++;
            return;
        }

        (isWrite ? Writes : Reads).Add(latency);
        Bytes += bytes;
    }
}
