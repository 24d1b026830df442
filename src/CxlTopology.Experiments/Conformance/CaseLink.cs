namespace CxlTopology.Experiments;

/// <summary>A device or a switch.</summary>
public sealed record CaseLink(string Type, string Id, ulong Volatile, ulong Persistent, string? Usp, IReadOnlyList<CasePort>? Dsps, ulong Serial = 0);
