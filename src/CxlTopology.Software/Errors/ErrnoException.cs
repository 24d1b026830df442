namespace CxlTopology.Software;

/// <summary>A call of the CXL core, or of what builds on it, that ended with an error number.</summary>
/// <param name="errno">The number.</param>
/// <param name="reason">One sentence: which register or argument was at fault, what it was, and what would have been accepted.</param>
public sealed class ErrnoException(Errno errno, string reason) : Exception(reason)
{
    /// <summary>The number.</summary>
    public Errno Errno { get; } = errno;
}
