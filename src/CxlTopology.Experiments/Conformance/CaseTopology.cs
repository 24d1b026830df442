namespace CxlTopology.Experiments;

/// <summary>The components of a decode case.</summary>
public sealed record CaseTopology(IReadOnlyList<CaseBridge> HostBridges);
