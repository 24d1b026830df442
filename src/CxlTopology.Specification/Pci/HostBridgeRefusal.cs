namespace CxlTopology.Specification;

/// <summary>A host bridge that has no place.</summary>
/// <param name="Bridge">Which of those asked for.</param>
/// <param name="Reason">Why.</param>
/// <param name="Other">The host bridge in its way; -1 if it is none in particular.</param>
public readonly record struct HostBridgeRefusal(int Bridge, HostBridgeRefusalReason Reason, int Other = -1);
