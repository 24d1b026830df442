namespace CxlTopology.Specification;

/// <summary>How figures in picoseconds or MB/s become a base unit of 64 bits and entries of 16, and back.</summary>
/// <remarks>
/// Entries run from 1 to 65534: 0 says that there is no figure, and 65535 that there is no way. <c>default</c> has no base unit and encodes
/// nothing but 0.
/// </remarks>
public readonly record struct CdatScale
{
    /// <summary>The largest figure: 2^31 - 1, 2.1 ms or 2.1 PB/s. Software passes over products that need more than 32 bits.</summary>
    public const uint ValueMax = int.MaxValue;

    /// <summary>The largest entry that is a figure: 65534.</summary>
    public const ushort EntryMax = 0xFFFE;

    private CdatScale(uint baseUnit, uint errorMax)
    {
        BaseUnit = baseUnit;
        ErrorMax = errorMax;
    }

    /// <summary>What an entry of one is worth.</summary>
    public uint BaseUnit { get; }

    /// <summary>
    /// By how much a figure that was fitted comes out larger than it is, at most, in picoseconds or MB/s: 0 if all are exact, and less than
    /// <see cref="BaseUnit"/>.
    /// </summary>
    public uint ErrorMax { get; }

    /// <summary>The scale that holds these figures: exact if one can be, else the finest.</summary>
    /// <remarks>
    /// In this order: the smallest power of ten, for readability, or the greatest common divisor, if either is exact; else the smallest
    /// base unit with which the largest figure fits. One figure alone is always exact. 0, no figure, fits every scale.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A figure is above <see cref="ValueMax"/>.</exception>
    public static CdatScale Fit(params ReadOnlySpan<uint> values)
    {
        uint largest = 0;
        uint divisor = 0;
        foreach (uint value in values)
        {
            if (value > ValueMax)
                throw new ArgumentOutOfRangeException(nameof(values), value, $"Latencies (ps) and bandwidths (MB/s) go to {ValueMax}.");
            largest = Math.Max(largest, value);
            divisor = CommonDivisor(value, divisor);
        }

        if (largest == 0)
            return new CdatScale(1, 0);
        for (ulong unit = 1; divisor % unit == 0; unit *= 10)
        {
            if (largest / unit <= EntryMax)
                return new CdatScale((uint)unit, 0);
        }

        if (largest / divisor <= EntryMax)
            return new CdatScale(divisor, 0);

        uint coarse = ((largest - 1) / EntryMax) + 1;
        CdatScale scale = new(coarse, 0);
        uint error = 0;
        foreach (uint value in values)
            error = Math.Max(error, (scale.Encode(value) * coarse) - value);
        return new CdatScale(coarse, error);
    }

    /// <summary>The figure an entry means, as software computes it; 0 if it means none: entry 0 or 65535, or more than 32 bits.</summary>
    public static uint Decode(ulong baseUnit, ushort entry) =>
        entry is 0 or ushort.MaxValue || baseUnit > uint.MaxValue / entry ? 0 : (uint)baseUnit * entry;

    /// <summary>The entry of a figure, rounded up. 0 for 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The figure needs more than <see cref="EntryMax"/> base units.</exception>
    public ushort Encode(uint value)
    {
        if (value == 0)
            return 0;
        if (BaseUnit == 0 || (value - 1) / BaseUnit >= EntryMax)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{EntryMax} base units of {BaseUnit} are the largest figure.");
        return (ushort)(((value - 1) / BaseUnit) + 1);
    }

    private static uint CommonDivisor(uint a, uint b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
