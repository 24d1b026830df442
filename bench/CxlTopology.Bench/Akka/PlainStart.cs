namespace CxlTopology.Bench.Akka;

/// <summary>Has a host of <see cref="PlainModel"/> make its requests.</summary>
internal sealed record PlainStart(int Host, int Outstanding, long Requests);
