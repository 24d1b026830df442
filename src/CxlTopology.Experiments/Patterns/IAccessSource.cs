namespace CxlTopology.Experiments;

/// <summary>Where a requester gets its accesses from: it pulls the next one, in its own turn, whenever it has room for one more.</summary>
/// <remarks>
/// A source is deterministic: what it gives depends on its settings and on how often it was called, never on when or from which thread. It
/// allocates nothing per call once warm. One source belongs to one requester; none is safe to share between threads.
/// </remarks>
public interface IAccessSource
{
    /// <summary>Takes the next access, or says that there is none left; once false, it stays false.</summary>
    /// <param name="access">The access, or the default when there is none.</param>
    bool TryNext(out Access access);
}
