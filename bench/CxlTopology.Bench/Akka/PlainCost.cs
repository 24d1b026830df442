namespace CxlTopology.Bench.Akka;

/// <summary>What plain Akka tells come to.</summary>
/// <param name="OfProcessor">Transactions a second of processor time, all cores together.</param>
/// <param name="OfWall">Transactions a second of wall time.</param>
internal readonly record struct PlainCost(double OfProcessor, double OfWall);
