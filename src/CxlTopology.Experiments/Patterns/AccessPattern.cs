using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>A synthetic source of accesses: where each goes is the pattern's, how long, how many and which way is common to all.</summary>
/// <remarks>
/// Which accesses are reads is drawn from a stream of its own, so that changing the read share leaves every address where it was.
/// </remarks>
public abstract class AccessPattern : IAccessSource
{
    private readonly int accessBytes;
    private readonly Ratio readShare;
    private RandomStream kinds;
    private long remaining;

    /// <summary>A pattern over these settings, which are checked.</summary>
    private protected AccessPattern(PatternSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        accessBytes = settings.AccessBytes;
        readShare = settings.ReadShare;
        remaining = settings.Count;
        kinds = new RandomStream(settings.Seed, settings.Path + "/kind");
        SlotCount = settings.RegionSize.Bytes / (ulong)accessBytes;
    }

    /// <summary>Bytes of each access.</summary>
    private protected ulong AccessBytes => (ulong)accessBytes;

    /// <summary>How many aligned accesses the region holds, from 1.</summary>
    private protected ulong SlotCount { get; }

    /// <inheritdoc/>
    public bool TryNext(out Access access)
    {
        if (remaining == 0)
        {
            access = default;
            return false;
        }

        remaining--;
        access = new Access(NextOffset(), accessBytes, !kinds.Chance(readShare.Numerator, readShare.Denominator), NotBefore: 0);
        return true;
    }

    /// <summary>Where the next access starts: a multiple of the access size, a whole access before the region's end.</summary>
    private protected abstract ulong NextOffset();
}
