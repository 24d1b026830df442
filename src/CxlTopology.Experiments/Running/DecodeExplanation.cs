using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Where an address goes, and why.</summary>
/// <param name="Hpa">The address that was asked for: of a host, or guest-physical.</param>
/// <param name="Device">The endpoint that answers, or null.</param>
/// <param name="Dpa">The device address; null without a device.</param>
/// <param name="Reason">Why nothing answers; null with a device.</param>
/// <param name="Hops">What each component on the way did.</param>
public sealed record DecodeExplanation(Hpa Hpa, string? Device, Dpa? Dpa, string? Reason, IReadOnlyList<DecodeHop> Hops)
{
    /// <summary>Whether the host's own memory answers: no device, and no error either.</summary>
    public bool IsHostMemory { get; init; }

    /// <summary>The guests on the way, innermost first, and the address in each: those of the first hops. Empty for an address of a host.</summary>
    public IReadOnlyList<(string Guest, Hpa Address)> Guests { get; init; } = [];

    /// <summary>The address in the host: the one that was asked for, or what the guests make of it; 0 if it does not come so far.</summary>
    public Hpa HostAddress { get; init; } = Hpa;
}
