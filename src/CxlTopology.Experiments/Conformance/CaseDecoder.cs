namespace CxlTopology.Experiments;

/// <summary>A decoder's programming.</summary>
public sealed record CaseDecoder(string Component, int Index, int Ways, int Granularity, bool Committed, int? Type, IReadOnlyList<int>? Targets, ulong Base, ulong Size, ulong DpaSkip);
