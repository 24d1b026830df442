namespace CxlTopology.Experiments;

/// <summary>
/// A stream: one access after the other upwards through the region, and from its start again after its last whole access.
/// </summary>
public sealed class SequentialPattern : AccessPattern
{
    private ulong slot;

    /// <summary>A sequential pattern; <see cref="ArgumentException"/> if the settings are outside their ranges.</summary>
    /// <param name="settings">Region and shape of the accesses.</param>
    /// <param name="start">Offset of the first access, rounded down to the access size; within the region. 0 by default.</param>
    public SequentialPattern(PatternSettings settings, ulong start = 0)
        : base(settings)
    {
        slot = start / AccessBytes;
        if (slot >= SlotCount)
            throw new ArgumentOutOfRangeException(nameof(start), start, "The first access lies within the region.");
    }

    private protected override ulong NextOffset()
    {
        ulong offset = slot * AccessBytes;
        slot = slot + 1 == SlotCount ? 0 : slot + 1;
        return offset;
    }
}
