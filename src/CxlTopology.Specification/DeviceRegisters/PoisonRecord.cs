namespace CxlTopology.Specification;

/// <summary>An entry of the poison list.</summary>
/// <param name="Dpa">Its first address.</param>
/// <param name="Lines">64-byte lines.</param>
/// <param name="Source">Where it comes from.</param>
public readonly record struct PoisonRecord(Dpa Dpa, uint Lines, PoisonSource Source);
