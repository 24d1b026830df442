namespace CxlTopology.Experiments;

/// <summary>How a decode case compares.</summary>
/// <param name="Id">The case.</param>
/// <param name="Samples">Samples replayed.</param>
/// <param name="Differences">What differs, registers and samples, each a line.</param>
public sealed record ConformanceResult(string Id, int Samples, IReadOnlyList<string> Differences);
