using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>What a <see cref="Requester"/> is built from.</summary>
public sealed record RequesterOptions
{
    /// <summary>First host address of the target; offsets of accesses count from here.</summary>
    public required ulong Base { get; init; }

    /// <summary>Requests under way at the most: 1 to 65,536. 64 by default.</summary>
    public int Outstanding { get; init; } = 64;

    /// <summary>Pause between a completion and the request it makes room for. None by default.</summary>
    public SimDuration Think { get; init; }

    /// <summary>When the first request may be issued, counted from the end of the boot. At once by default.</summary>
    public SimDuration Start { get; init; }

    /// <summary>A request that has no answer after this counts as failed (<c>Timeout</c>). 10 ms by default.</summary>
    public SimDuration Timeout { get; init; } = SimDuration.FromMilliseconds(10);

    /// <summary>Requests carry data. True by default.</summary>
    public bool Payloads { get; init; } = true;

    /// <summary>Accesses above a line travel as bursts, as the access source gives them; otherwise line by line. False by default.</summary>
    public bool Burst { get; init; }

    /// <summary>The guest whose addresses the accesses go by; null (the default) for those of the host.</summary>
    public GuestAddressSpace? Guest { get; init; }

    /// <summary>It is a job of a device's engine: it begins at the address that its start says, and says when it is through. False by default.</summary>
    public bool IsJob { get; init; }

    /// <summary>What every line holds, shared by the requesters of a host; null to read without checking.</summary>
    public DataChecker? Checker { get; init; }
}
