namespace CxlTopology.Experiments;

/// <summary>Accesses that a component completed because nothing claims them.</summary>
/// <param name="Component">Its path.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
public sealed record UnclaimedReport(string Component, string Reason, long Count);
