namespace CxlTopology.Specification;

/// <summary>The HDM decoder capability register of a component, read: how many decoders it has and what they can do.</summary>
/// <param name="Word">The register's 32 bits.</param>
public readonly record struct HdmCapability(uint Word)
{
    /// <summary>Number of decoders; 0 if the code is reserved.</summary>
    public int DecoderCount =>
        HdmDecoderCount.TryDecode(HdmCapabilityRegisters.DecoderCount.Extract(Word), out int count) ? count : 0;

    /// <summary>Slots of the target list the component uses: 1, 2, 4 or 8. Of no meaning on an endpoint.</summary>
    public int TargetCount => HdmCapabilityRegisters.TargetCount.Extract(Word);

    /// <summary>Whether unordered IO is supported.</summary>
    public bool Uio => HdmCapabilityRegisters.Uio.Extract(Word);

    /// <summary>The coherency models supported.</summary>
    public CoherencyModels CoherencyModels => HdmCapabilityRegisters.CoherencyModels.Extract(Word);

    /// <summary>Host address bits that may select a target: 11:8, 14:12, both or none.</summary>
    public ulong InterleaveAddressBits =>
        (HdmCapabilityRegisters.A11To8Interleave.Extract(Word) ? 0x0F00UL : 0)
        | (HdmCapabilityRegisters.A14To12Interleave.Extract(Word) ? 0x7000UL : 0);

    /// <summary>Whether the number of ways is supported: 1, 2, 4 and 8 always, 3, 6, 12 and 16 by their bits.</summary>
    public bool SupportsWays(int ways) => ways switch
    {
        1 or 2 or 4 or 8 => true,
        3 or 6 or 12 => HdmCapabilityRegisters.ThreeSixTwelveWay.Extract(Word),
        16 => HdmCapabilityRegisters.SixteenWay.Extract(Word),
        _ => false,
    };

    /// <summary>Whether the address bits that select a target may be used for it. 1 and 3 ways select by none.</summary>
    /// <remarks>
    /// For a power of two the bits are as many as its logarithm, from that of the granularity up; 6 and 12 ways take one or two, and the
    /// rest of the address by remainder.
    /// </remarks>
    public bool SupportsAddressBitsOf(Interleave interleave)
    {
        int count = interleave.EncodedWays & 7;
        ulong needed = ((1UL << count) - 1) << (interleave.EncodedGranularity + 8);
        return (needed & ~InterleaveAddressBits) == 0;
    }
}
