using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>
/// A chain of pointers through the whole region: every line once, in an order no prefetcher guesses, then the same round again.
/// </summary>
/// <remarks>
/// The unit of the chain is a line, or a burst where accesses are longer; a shorter access reads the head of its line. The order is a keyed
/// permutation of the lines that is computed, not stored. That a chase waits for each answer before the next access is the requester's
/// part: give it one outstanding access.
/// </remarks>
public sealed class PointerChasePattern : AccessPattern
{
    private readonly KeyedPermutation order;
    private readonly ulong unitBytes;
    private ulong position;

    /// <summary>
    /// A pointer chase; <see cref="ArgumentException"/> if the settings are outside their ranges or the region is shorter than one line.
    /// </summary>
    public PointerChasePattern(PatternSettings settings)
        : base(settings)
    {
        unitBytes = Math.Max(Access.LineBytes, AccessBytes);
        if (settings.RegionSize.Bytes < unitBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(settings), settings.RegionSize, "A pointer chase needs a region of at least one 64-byte line.");
        }

        order = new KeyedPermutation(settings.RegionSize.Bytes / unitBytes, new RandomStream(settings.Seed, settings.Path + "/place"));
    }

    /// <summary>Accesses in a round: the lines (or bursts) of the region.</summary>
    public ulong RoundLength => order.Length;

    private protected override ulong NextOffset()
    {
        ulong offset = order[position] * unitBytes;
        position = position + 1 == order.Length ? 0 : position + 1;
        return offset;
    }
}
