namespace CxlTopology.Experiments;

/// <summary>What a guest came to.</summary>
public sealed record GuestReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The host, or the guest that it is a guest of.</summary>
    public required string On { get; init; }

    /// <summary>The rules of the passthrough.</summary>
    public required string Dialect { get; init; }

    /// <summary>Its devices, by their names in the file.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Its regions: name and guest-physical range.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Reads that its program made.</summary>
    public long Reads { get; init; }

    /// <summary>Writes that its program made.</summary>
    public long Writes { get; init; }

    /// <summary>How long they took, second-stage translation included.</summary>
    public LatencyReport? LatencyNs { get; init; }

    /// <summary>Reads that gave something else than was written last, and accesses that failed.</summary>
    public long Wrong { get; init; }

    /// <summary>Walks of its second stage.</summary>
    public long Walks { get; init; }

    /// <summary>Where one of its addresses is in the host, <c>0x…</c>; null without a region. The guest never reads it.</summary>
    public string? HostAddress { get; init; }

    /// <summary>The way of one of its addresses, step by step, down to the device's.</summary>
    public IReadOnlyList<GuestStep> Way { get; init; } = [];

    /// <summary>Why it did not run; null if it did.</summary>
    public string? Problem { get; init; }
}
