namespace CxlTopology.Description;

/// <summary>A workload's rate as written: bytes a second, or accesses a second.</summary>
internal readonly record struct RateText(long PerSecond, bool InBytes);
