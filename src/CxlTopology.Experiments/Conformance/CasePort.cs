namespace CxlTopology.Experiments;

/// <summary>A root port or downstream port, and what hangs on it.</summary>
public sealed record CasePort(string Id, byte PortNumber, CaseLink? Link);
