namespace CxlTopology.Experiments;

/// <summary>A register after programming.</summary>
public sealed record CaseRegister(string Component, ulong HdmOffset, ulong Value);
