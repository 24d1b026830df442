using System.Numerics;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>What every synthetic access pattern is told: the region, the shape of an access, how many, and the random stream.</summary>
public sealed record PatternSettings
{
    /// <summary>The largest region a pattern covers: 2^62 bytes, far above the 52 address bits of a host.</summary>
    public const ulong LargestRegion = 1UL << 62;

    /// <summary>Size of the target region. From one access to 2^62 bytes; bytes after the last whole access are never touched.</summary>
    public required ByteSize RegionSize { get; init; }

    /// <summary>
    /// Bytes of each access: a power of two from 8 to 4,096; 64 by default. Above 64 it is a burst. Accesses are aligned to their size.
    /// </summary>
    public int AccessBytes { get; init; } = Access.LineBytes;

    /// <summary>The share of reads; the rest are writes. Drawn anew for each access. All reads by default.</summary>
    public Ratio ReadShare { get; init; } = Ratio.All;

    /// <summary>
    /// How many accesses until the pattern ends: from 0. <see cref="long.MaxValue"/>, the default, is no end anyone will see.
    /// </summary>
    public long Count { get; init; } = long.MaxValue;

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whose random stream: the path of the requester or workload. Two patterns of one run need different paths to differ.
    /// </summary>
    public string Path { get; init; } = "pattern";

    /// <summary>Refuses settings outside their ranges with an <see cref="ArgumentException"/> that names the range.</summary>
    public void Check()
    {
        if (AccessBytes is < 8 or > Access.PageBytes || !BitOperations.IsPow2(AccessBytes))
            throw new ArgumentOutOfRangeException(nameof(AccessBytes), AccessBytes, "An access is a power of two from 8 to 4096 bytes.");
        if (RegionSize.Bytes < (ulong)AccessBytes || RegionSize.Bytes > LargestRegion)
        {
            throw new ArgumentOutOfRangeException(
                nameof(RegionSize), RegionSize, $"A region is at least one access ({AccessBytes} bytes) and at most 2^62 bytes.");
        }

        if (Count < 0)
            throw new ArgumentOutOfRangeException(nameof(Count), Count, "A pattern makes 0 or more accesses.");
        ArgumentNullException.ThrowIfNull(Path);
        ReadShare.Check(nameof(ReadShare));
    }
}
