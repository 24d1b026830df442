namespace CxlTopology.Akka;

/// <summary>Asks the log bridge to say when all that was logged before is written.</summary>
internal sealed record LogFlush(TaskCompletionSource Written);
