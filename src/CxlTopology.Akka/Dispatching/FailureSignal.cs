namespace CxlTopology.Akka;

/// <summary>
/// Has an actor throw: where its exception was met outside of its own handler, in one that it was handed a message in, for example.
/// </summary>
internal sealed record FailureSignal(Exception Exception);
