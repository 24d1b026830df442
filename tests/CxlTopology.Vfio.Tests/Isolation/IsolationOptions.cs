namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>What a run of two guests is like.</summary>
internal sealed record IsolationOptions
{
    /// <summary>What is drawn.</summary>
    public required uint Seed { get; init; }

    /// <summary>Operations of both guests together.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Whether the host and the devices have caches.</summary>
    public bool Caches { get; init; }

    /// <summary>Whether firmware has committed the memory of g0 where the seed is odd.</summary>
    public bool Commits { get; init; } = true;

    /// <summary>Whether all that a device shows when it is assigned is compared with what it showed first.</summary>
    public bool Compares { get; init; } = true;

    /// <summary>Workers that the run is on.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The dialects that devices are assigned in.</summary>
    public IReadOnlyList<VfioDialect> Dialects { get; init; } = [VfioDialect.RfcV2, VfioDialect.V3, VfioDialect.RfcV2];

    /// <summary>The hole that is in the VFIO layer.</summary>
    public VfioFault Fault { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"seed {Seed}, {Steps:N0} steps, {(Caches ? "caches" : "no caches")}, {string.Join(" ", Dialects)}, fault {Fault}";
}
