namespace CxlTopology.Akka;

/// <summary>What a node's share of a run came to.</summary>
/// <param name="Code">The exit code that it would be: 0 if all is well.</param>
/// <param name="Text">What there is to say about it; may be empty.</param>
public sealed record ShareResult(int Code, string Text);
