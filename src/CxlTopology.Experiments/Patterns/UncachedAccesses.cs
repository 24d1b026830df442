namespace CxlTopology.Experiments;

/// <summary>Accesses as a processor makes them to memory that it may not cache: naturally aligned pieces of at most 8 bytes, one after the other.</summary>
/// <param name="inner">The accesses that software makes.</param>
public sealed class UncachedAccesses(IAccessSource inner) : IAccessSource
{
    /// <summary>Bytes of the longest piece.</summary>
    public const int WordBytes = 8;

    private Access rest;

    /// <inheritdoc/>
    public bool TryNext(out Access access)
    {
        if (rest.Bytes == 0 && !inner.TryNext(out rest))
        {
            access = default;
            return false;
        }

        int bytes = WordBytes;
        while (bytes > rest.Bytes || rest.Offset % (ulong)bytes != 0)
            bytes >>= 1;
        access = rest with { Bytes = bytes };
        rest = rest with { Offset = rest.Offset + (ulong)bytes, Bytes = rest.Bytes - bytes };
        return true;
    }
}
