using System.Numerics;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>Zipf's law: the place of rank k is accessed in proportion to 1/k, as keys of a cache or words of a language are.</summary>
/// <remarks>
/// The exponent is 1. Ranks are scattered over the region by a keyed permutation, so that popular places are no neighbours. Sampling is by
/// rejection in integers alone: an octave of ranks, all octaves alike; a rank in it, all alike; kept with chance 2^octave/rank if there is
/// such a rank. At least two tries in three are kept, whatever the region's size.
/// </remarks>
public sealed class ZipfPattern : AccessPattern
{
    private readonly KeyedPermutation order;
    private readonly ulong octaves;
    private RandomStream ranks;

    /// <summary>A pattern by Zipf's law; <see cref="ArgumentException"/> if the settings are outside their ranges.</summary>
    public ZipfPattern(PatternSettings settings)
        : base(settings)
    {
        order = new KeyedPermutation(SlotCount, new RandomStream(settings.Seed, settings.Path + "/place"));
        octaves = (ulong)BitOperations.Log2(SlotCount) + 1;
        ranks = new RandomStream(settings.Seed, settings.Path + "/rank");
    }

    private protected override ulong NextOffset() => order[NextRank() - 1] * AccessBytes;

    private ulong NextRank()
    {
        while (true)
        {
            ulong first = 1UL << (int)ranks.Next(octaves);
            ulong rank = first + ranks.Next(first);
            if (ranks.Chance(first, rank) && rank <= SlotCount)
                return rank;
        }
    }
}
