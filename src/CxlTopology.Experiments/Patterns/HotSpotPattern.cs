using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>A share of the accesses goes to a small part of the region, the rest to the other part; uniform within each.</summary>
/// <remarks>
/// The hot part is at the start of the region: its share of the accesses that fit, rounded down, but at least one place and at most all but
/// one. The two parts do not overlap, so with 90 % of accesses to 10 % of the region a cold place is 81 times as cold.
/// </remarks>
public sealed class HotSpotPattern : AccessPattern
{
    private readonly Ratio hotAccesses;
    private readonly ulong hotSlots;
    private RandomStream parts;
    private RandomStream places;

    /// <summary>
    /// A hot-spot pattern; <see cref="ArgumentException"/> if something is outside its range, or the region holds a single access.
    /// </summary>
    /// <param name="settings">Region and shape of the accesses.</param>
    /// <param name="hotAccesses">The share of accesses that are hot; 9/10, say.</param>
    /// <param name="hotRegion">The share of the region they go to; 1/10, say.</param>
    public HotSpotPattern(PatternSettings settings, Ratio hotAccesses, Ratio hotRegion)
        : base(settings)
    {
        this.hotAccesses = hotAccesses.Check(nameof(hotAccesses));
        hotRegion.Check(nameof(hotRegion));
        if (SlotCount < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(settings), settings.RegionSize, "A hot spot needs a region of at least two accesses.");
        }

        hotSlots = Math.Clamp(hotRegion.Of(SlotCount), 1, SlotCount - 1);
        parts = new RandomStream(settings.Seed, settings.Path + "/part");
        places = new RandomStream(settings.Seed, settings.Path + "/place");
    }

    /// <summary>Bytes of the hot part, from the start of the region.</summary>
    public ulong HotBytes => hotSlots * AccessBytes;

    private protected override ulong NextOffset()
    {
        ulong slot = parts.Chance(hotAccesses.Numerator, hotAccesses.Denominator)
            ? places.Next(hotSlots)
            : hotSlots + places.Next(SlotCount - hotSlots);
        return slot * AccessBytes;
    }
}
