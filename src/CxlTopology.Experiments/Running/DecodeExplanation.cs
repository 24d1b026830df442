using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Where an address goes, and why.</summary>
/// <param name="Hpa">The host address.</param>
/// <param name="Device">The endpoint that answers, or null.</param>
/// <param name="Dpa">The device address; null without a device.</param>
/// <param name="Reason">Why nothing answers; null with a device.</param>
/// <param name="Hops">What each component on the way did.</param>
public sealed record DecodeExplanation(Hpa Hpa, string? Device, Dpa? Dpa, string? Reason, IReadOnlyList<DecodeHop> Hops);
