using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>Every access goes to any place of the region with equal chance, independent of all others.</summary>
public sealed class RandomPattern : AccessPattern
{
    private RandomStream places;

    /// <summary>A uniformly random pattern; <see cref="ArgumentException"/> if the settings are outside their ranges.</summary>
    public RandomPattern(PatternSettings settings)
        : base(settings) => places = new RandomStream(settings.Seed, settings.Path + "/place");

    private protected override ulong NextOffset() => places.Next(SlotCount) * AccessBytes;
}
