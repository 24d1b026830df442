namespace CxlTopology.Experiments;

/// <summary>A line of <c>expect</c>, judged.</summary>
/// <param name="Text">The line.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Measured">What was measured.</param>
public sealed record ExpectationReport(string Text, bool Passed, string Measured);
