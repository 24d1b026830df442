namespace CxlTopology.Experiments;

/// <summary>Where an address landed; nothing answered if there is no device.</summary>
public sealed record CaseSample(ulong Hpa, string? Device, ulong? Dpa);
