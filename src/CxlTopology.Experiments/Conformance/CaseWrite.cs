namespace CxlTopology.Experiments;

/// <summary>A register write.</summary>
public sealed record CaseWrite(string Component, string Space, ulong HdmOffset, ulong DvsecOffset, ulong Value);
