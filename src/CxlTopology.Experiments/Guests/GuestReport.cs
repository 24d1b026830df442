namespace CxlTopology.Experiments;

/// <summary>What a guest came to, as <c>cxltopo run -o json</c> prints it. What its workloads measured is among the sources.</summary>
public sealed record GuestReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The host, or the guest that it is a guest of.</summary>
    public required string On { get; init; }

    /// <summary>The rules of the passthrough: <c>rfc-v2</c>, <c>rfc-v2-as-posted</c> or <c>v3</c>.</summary>
    public required string Dialect { get; init; }

    /// <summary>Its own memory, in bytes.</summary>
    public required ulong Memory { get; init; }

    /// <summary>Its devices by their names in the file; those that are interleaved have a plus between them.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Its regions.</summary>
    public required IReadOnlyList<GuestRegionReport> Regions { get; init; }

    /// <summary>Walks of its second stage.</summary>
    public required long Walks { get; init; }

    /// <summary>Accesses to addresses where nothing is mapped.</summary>
    public required long Faults { get; init; }

    /// <summary>What its devices have done by themselves.</summary>
    public required GuestTraffic Traffic { get; init; }

    /// <summary>The jobs that its drivers gave the engines of its devices; left out without any.</summary>
    public required IReadOnlyList<GuestJobReport>? Jobs { get; init; }

    /// <summary>The way of one of its addresses, step by step, down to the device's; of the first guests only.</summary>
    public required IReadOnlyList<GuestStep> Way { get; init; }

    /// <summary>How far it came: <c>running</c>; <c>incomplete</c> (a device of it has no region), <c>not booted</c>, <c>not started</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it came no further, <c>ENOTTY: …</c>; null if nothing went wrong.</summary>
    public required string? Problem { get; init; }

    /// <summary>The error number of the problem: 25 for ENOTTY; null without one.</summary>
    public required int? Errno { get; init; }

    /// <summary>What to do about the problem; null without one.</summary>
    public required string? Advice { get; init; }
}
