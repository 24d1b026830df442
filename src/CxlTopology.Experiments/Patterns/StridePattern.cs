namespace CxlTopology.Experiments;

/// <summary>Accesses a fixed distance apart, as a walk down a column of a matrix makes them.</summary>
/// <remarks>
/// The position moves by the stride each time, modulo the span: the region cut to whole accesses. So a stride beyond the region acts as its
/// remainder, and one that does not divide the span comes round shifted: it visits every multiple of gcd(stride, span). One that does
/// divide it repeats the same places for ever. The access is made at the position rounded down to the access size, so that it stays within
/// its line.
/// </remarks>
public sealed class StridePattern : AccessPattern
{
    private readonly ulong span;
    private readonly ulong step;
    private ulong position;

    /// <summary>A strided pattern starting at offset 0; <see cref="ArgumentException"/> if the settings are outside their ranges.</summary>
    /// <param name="settings">Region and shape of the accesses.</param>
    /// <param name="stride">Bytes from one position to the next; any but 0, negative for downwards.</param>
    public StridePattern(PatternSettings settings, long stride)
        : base(settings)
    {
        if (stride == 0)
            throw new ArgumentOutOfRangeException(nameof(stride), stride, "A stride is any number of bytes but 0.");
        span = SlotCount * AccessBytes;
        step = (ulong)(((Int128)stride % span + span) % span);
    }

    private protected override ulong NextOffset()
    {
        ulong offset = position - position % AccessBytes;
        position += step;
        if (position >= span)
            position -= span;
        return offset;
    }
}
