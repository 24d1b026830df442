namespace CxlTopology.Experiments;

/// <summary>A fixed memory window.</summary>
public sealed record CaseWindow(ulong Base, ulong Size, int InterleaveWays, int Granularity, int Arithmetic, int Restrictions, int[] TargetUids, ushort QtgId = 0);
