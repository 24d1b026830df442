namespace CxlTopology.Experiments;

/// <summary>A host bridge.</summary>
public sealed record CaseBridge(string Id, int Uid, bool Passthrough, IReadOnlyList<CasePort> Ports);
