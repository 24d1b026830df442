namespace CxlTopology.Experiments;

/// <summary>One memory access a requester is to make: where in its target region, how long, which way, and not before when.</summary>
/// <remarks>
/// Up to 64 bytes an access lies within one 64-byte line. A longer one is a burst: whole lines, aligned to 64 bytes, at most 4,096 bytes,
/// within one 4 KiB page. Every source in this assembly keeps to that; a consumer may rely on it. The default is no legal access (0 bytes).
/// </remarks>
/// <param name="Offset">First byte, counted from the start of the target region.</param>
/// <param name="Bytes">Length in bytes, 1 to 4,096.</param>
/// <param name="IsWrite">True for a write, false for a read.</param>
/// <param name="NotBefore">Femtoseconds of simulated time before which the access is not issued; 0 for no such bound.</param>
public readonly record struct Access(ulong Offset, int Bytes, bool IsWrite, long NotBefore)
{
    /// <summary>Bytes of a cache line, and so of the longest access that is not a burst: 64.</summary>
    public const int LineBytes = 64;

    /// <summary>Bytes of a page, and so of the longest burst: 4,096.</summary>
    public const int PageBytes = 4096;

    /// <summary>More than one line, to be sent as one burst.</summary>
    public bool IsBurst => Bytes > LineBytes;

    /// <summary>The 64-byte lines it touches: 1 to 64.</summary>
    public int Lines => IsBurst ? Bytes / LineBytes : 1;
}
