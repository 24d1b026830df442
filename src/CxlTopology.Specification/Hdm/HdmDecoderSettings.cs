namespace CxlTopology.Specification;

/// <summary>What the seven registers of an HDM decoder say.</summary>
/// <remarks>
/// The codes may be reserved and the range nonsense: <see cref="HdmCommitCheck"/> judges. <c>default</c> is a decoder after reset.
/// </remarks>
public readonly record struct HdmDecoderSettings
{
    private const ulong AlignmentMask = 0xF000_0000;
    private const uint LockBit = 1u << 8;
    private const uint CommitBit = 1u << 9;
    private const uint CommittedBit = 1u << 10;
    private const uint NotCommittedBit = 1u << 11;
    private const uint TypeBit = 1u << 12;
    private const uint BackInvalidateBit = 1u << 13;
    private const uint UioBit = 1u << 14;

    /// <summary>Registers a decoder has: base, size, control, and target list or DPA skip.</summary>
    public const int Dwords = 7;

    /// <summary>The component the decoder is in: it decides what the last two registers are.</summary>
    public ComponentKind Kind { get; init; }

    /// <summary>First host address.</summary>
    public Hpa Base { get; init; }

    /// <summary>Length of the range of host addresses; a device holds 1/ways of it.</summary>
    public ByteSize Size { get; init; }

    /// <summary>The control register.</summary>
    public uint Control { get; init; }

    /// <summary>The last two registers: eight target port numbers, slot i in byte i, or the bytes of DPA to skip.</summary>
    public ulong TargetsOrSkip { get; init; }

    /// <summary>Granularity code, 0 to 15; 7 and up are reserved.</summary>
    public byte EncodedGranularity => (byte)(Control & 0xF);

    /// <summary>Ways code, 0 to 15; 5, 6, 7 and 11 up are reserved.</summary>
    public byte EncodedWays => (byte)((Control >> 4) & 0xF);

    /// <summary>The interleave, or null if one of its codes is reserved.</summary>
    public Interleave? Interleave =>
        InterleaveGranularity.TryDecode(EncodedGranularity, out _) && InterleaveWays.TryDecode(EncodedWays, out _)
            ? new Interleave(EncodedGranularity, EncodedWays)
            : null;

    /// <summary>Lock when it commits.</summary>
    public bool LockOnCommit => (Control & LockBit) != 0;

    /// <summary>Software asks for the commit.</summary>
    public bool Commit => (Control & CommitBit) != 0;

    /// <summary>The decoder decodes.</summary>
    public bool Committed => (Control & CommittedBit) != 0;

    /// <summary>The last commit was refused.</summary>
    public bool NotCommitted => (Control & NotCommittedBit) != 0;

    /// <summary>A commit was asked for and hardware has not decided yet.</summary>
    public bool Pending => (Control & (CommitBit | CommittedBit | NotCommittedBit)) == CommitBit;

    /// <summary>Committed with Lock On Commit: no write changes anything until reset.</summary>
    public bool Locked => Committed && LockOnCommit;

    /// <summary>Host-only or device coherent.</summary>
    public TargetRangeType TargetRangeType => (Control & TypeBit) != 0 ? TargetRangeType.HostOnly : TargetRangeType.DeviceCoherent;

    /// <summary>Coherent by back-invalidate (HDM-DB).</summary>
    public bool BackInvalidate => (Control & BackInvalidateBit) != 0;

    /// <summary>Unordered IO.</summary>
    public bool Uio => (Control & UioBit) != 0;

    /// <summary>Target list of a port, slot i in byte i; 0 in an endpoint.</summary>
    public ulong Targets => Kind == ComponentKind.Endpoint ? 0 : TargetsOrSkip;

    /// <summary>Device memory left out below this decoder's; 0 in a port.</summary>
    public ByteSize DpaSkip => new(Kind == ComponentKind.Endpoint ? TargetsOrSkip : 0);

    /// <summary>Whether the host address lies in the range, committed or not.</summary>
    public bool Contains(ulong hpa) => hpa - Base.Value < Size.Bytes;

    /// <summary>The port number in a slot of the target list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slot is not 0 to 7.</exception>
    public byte TargetAt(int slot) => (uint)slot < HdmDecoderRegisters.TargetSlots
        ? (byte)(Targets >> (8 * slot))
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, "A target list has slots 0 to 7.");

    /// <summary>Reads the registers of a decoder, from Base Low on.</summary>
    /// <param name="dwords">At least <see cref="Dwords"/> registers; more are ignored. Reserved low bits of addresses are ignored.</param>
    /// <param name="kind">The component the decoder is in.</param>
    /// <exception cref="ArgumentException">There are too few.</exception>
    public static HdmDecoderSettings Decode(ReadOnlySpan<uint> dwords, ComponentKind kind)
    {
        if (dwords.Length < Dwords)
            throw new ArgumentException($"An HDM decoder has {Dwords} registers, not {dwords.Length}.", nameof(dwords));
        ulong last = kind == ComponentKind.Endpoint ? Aligned(dwords[5], dwords[6]) : ((ulong)dwords[6] << 32) | dwords[5];
        return new()
        {
            Kind = kind,
            Base = new Hpa(Aligned(dwords[0], dwords[1])),
            Size = new ByteSize(Aligned(dwords[2], dwords[3])),
            Control = dwords[4],
            TargetsOrSkip = last,
        };
    }

    /// <summary>Reads the registers of a decoder.</summary>
    /// <param name="registers">A file of one of the maps of <see cref="HdmDecoderRegisters"/>.</param>
    /// <param name="kind">The component the decoder is in.</param>
    public static HdmDecoderSettings Decode(RegisterFile registers, ComponentKind kind)
    {
        Span<uint> dwords = stackalloc uint[Dwords];
        for (int i = 0; i < dwords.Length; i++)
            dwords[i] = registers.Read(i * 4);
        return Decode(dwords, kind);
    }

    /// <summary>Writes the registers as <see cref="Decode(ReadOnlySpan{uint}, ComponentKind)"/> reads them.</summary>
    /// <exception cref="ArgumentException">There is no room for <see cref="Dwords"/>.</exception>
    public void Encode(Span<uint> dwords)
    {
        if (dwords.Length < Dwords)
            throw new ArgumentException($"An HDM decoder has {Dwords} registers, not {dwords.Length}.", nameof(dwords));
        Split(Base.Value, dwords);
        Split(Size.Bytes, dwords[2..]);
        dwords[4] = Control;
        Split(TargetsOrSkip, dwords[5..]);
    }

    /// <summary>The control register that asks for a commit with these settings.</summary>
    public static uint CommitWord(Interleave interleave, TargetRangeType type, bool backInvalidate = false, bool lockOnCommit = false) =>
        interleave.EncodedGranularity
        | ((uint)interleave.EncodedWays << 4)
        | CommitBit
        | (lockOnCommit ? LockBit : 0)
        | (type == TargetRangeType.HostOnly ? TypeBit : 0)
        | (backInvalidate ? BackInvalidateBit : 0);

    private static ulong Aligned(uint low, uint high) => ((ulong)high << 32) | (low & AlignmentMask);

    private static void Split(ulong value, Span<uint> dwords)
    {
        dwords[0] = (uint)value;
        dwords[1] = (uint)(value >> 32);
    }
}
