namespace CxlTopology.Akka;

/// <summary>Nodes do not come together, for a reason that the operator can put right; its message is what they read.</summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="isUsage">Whether the options are at fault, rather than what was met.</param>
public sealed class ClusterException(string message, bool isUsage = false) : Exception(message)
{
    /// <summary>Whether the options are at fault, rather than what was met.</summary>
    public bool IsUsage { get; } = isUsage;
}
