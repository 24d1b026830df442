using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A virtual machine that accelerators are passed through to.</summary>
public sealed record GuestModel
{
    /// <summary>Its name, unique among guests, hosts and workloads.</summary>
    public required string Name { get; init; }

    /// <summary>The host that it runs on, for a guest of a guest that of the outer one.</summary>
    public required HostModel Host { get; init; }

    /// <summary>The guest whose guest it is; null for one of the host's.</summary>
    public GuestModel? Inside { get; init; }

    /// <summary>The accelerators that it has, in order; of a guest of a guest, accelerators of that one.</summary>
    public required IReadOnlyList<EndpointModel> Devices { get; init; }

    /// <summary>Its accelerators' memory is one interleaved region, passed as a whole. Not by default.</summary>
    public bool Interleaved { get; init; }

    /// <summary>Its own memory. 64 MiB by default.</summary>
    public ByteSize Memory { get; init; } = ByteSize.MiB(64);

    /// <summary>The rules of the passthrough: <c>rfc-v2</c> by default, <c>rfc-v2-as-posted</c> or <c>v3</c>.</summary>
    public string Dialect { get; init; } = "rfc-v2";

    /// <summary>Accesses of 64 bytes that its program makes to the memory of each device: 0 to 10^9, 1,000 by default.</summary>
    public long Accesses { get; init; } = 1000;

    /// <summary>Share of reads; the rest are writes. 50 % by default.</summary>
    public Ratio Reads { get; init; } = new(1, 2);

    /// <summary>Where its name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
