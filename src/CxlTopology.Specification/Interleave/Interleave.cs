using System.Runtime.CompilerServices;

namespace CxlTopology.Specification;

/// <summary>The modulo interleave arithmetic of one decoder or window: ways and granularity, prepared for the hot path.</summary>
/// <remarks>
/// <para>
/// Routing (<see cref="TargetOf"/>, <see cref="LinesOf"/>) looks at the absolute host address, as the address bits a root or a port
/// decodes; an endpoint (<see cref="PositionOf"/>, <see cref="DeviceOffsetOf"/>) looks at the offset from its decoder's base. The two
/// agree when the base is a multiple of ways times granularity, which 256 MiB alignment gives for powers of two only.
/// </para>
/// <para>
/// No member allocates. 3, 6 and 12 ways are 3 times a power of two, so the only division is by the constant 3. Equality is that of the two
/// codes; <c>default</c> is 1 way of 256 bytes.
/// </para>
/// </remarks>
public readonly struct Interleave : IEquatable<Interleave>
{
    private const ulong PageMask = 0xFFF;

    // The lines of a 4 KiB page that go to the target of its first granule; zero (default included) where the page is not split.
    private readonly ulong firstLines;
    private readonly byte encodedGranularity;
    private readonly byte encodedWays;
    private readonly byte binaryShift;
    private readonly bool ternary;

    /// <summary>The interleave of two register codes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A code is reserved.</exception>
    public Interleave(byte encodedGranularity, byte encodedWays)
    {
        if (encodedGranularity > InterleaveGranularity.EncodedMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(encodedGranularity), encodedGranularity, "Granularity codes are 0 (256 B) to 6 (16 KiB); 7 and up are reserved.");
        }

        if (!InterleaveWays.TryDecode(encodedWays, out int ways))
        {
            throw new ArgumentOutOfRangeException(
                nameof(encodedWays), encodedWays, "Way codes are 0 to 4 (1, 2, 4, 8, 16) and 8 to 10 (3, 6, 12); the others are reserved.");
        }

        this.encodedGranularity = encodedGranularity;
        this.encodedWays = encodedWays;
        ternary = encodedWays >= 8;
        binaryShift = (byte)(encodedWays & 7);

        int linesPerGranule = 4 << encodedGranularity;
        if (ways > 1 && linesPerGranule < 64)
        {
            ulong granule = (1UL << linesPerGranule) - 1;
            for (int line = 0; line < 64; line += linesPerGranule * ways)
                firstLines |= granule << line;
        }
    }

    /// <summary>Targets the range is spread over: 1, 2, 3, 4, 6, 8, 12 or 16.</summary>
    public int Ways => (ternary ? 3 : 1) << binaryShift;

    /// <summary>Bytes to one target before the next: 256 to 16384, a power of two.</summary>
    public int Granularity => 256 << encodedGranularity;

    /// <summary>The register code of <see cref="Ways"/> (IW).</summary>
    public byte EncodedWays => encodedWays;

    /// <summary>The register code of <see cref="Granularity"/> (IG).</summary>
    public byte EncodedGranularity => encodedGranularity;

    private int GranuleShift => encodedGranularity + 8;

    /// <summary>The interleave with these ways and this granularity in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not legal; the message lists what is.</exception>
    public static Interleave Of(int ways, int granularityBytes)
    {
        if (!InterleaveWays.TryEncode(ways, out byte encodedWays))
            throw new ArgumentOutOfRangeException(nameof(ways), ways, $"Ways are one of {string.Join(", ", InterleaveWays.All)}.");
        if (!InterleaveGranularity.TryEncode(granularityBytes, out byte encodedGranularity))
        {
            throw new ArgumentOutOfRangeException(
                nameof(granularityBytes),
                granularityBytes,
                $"The granularity is one of {string.Join(", ", InterleaveGranularity.All)} bytes.");
        }

        return new Interleave(encodedGranularity, encodedWays);
    }

    /// <summary>The index of the target an absolute host address goes to: its granule number modulo the ways.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TargetOf(ulong hpa) => Remainder(hpa >> GranuleShift);

    /// <summary>The position in the interleave set of an offset from the decoder's base, 0 to ways - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PositionOf(ulong offset) => Remainder(offset >> GranuleShift);

    /// <summary>The offset inside one device's share of an offset from the decoder's base.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong DeviceOffsetOf(ulong offset)
    {
        int shift = GranuleShift;
        ulong row = offset >> (shift + binaryShift);
        if (ternary)
            row /= 3;
        return (row << shift) | (offset & ((1UL << shift) - 1));
    }

    /// <summary>
    /// The offset from the decoder's base of a position and an offset in that device's share: the reverse of the two above.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not 0 to ways - 1.</exception>
    /// <exception cref="OverflowException">The result needs more than 64 bits.</exception>
    public ulong HostOffsetOf(int position, ulong deviceOffset)
    {
        if ((uint)position >= (uint)Ways)
            throw new ArgumentOutOfRangeException(nameof(position), position, $"A position in a {Ways}-way interleave is 0 to {Ways - 1}.");
        return TryHostOffsetOf(position, deviceOffset, out ulong offset)
            ? offset
            : throw new OverflowException($"Device offset 0x{deviceOffset:x} at {Ways} ways lies beyond 64 bits of host address.");
    }

    /// <summary><see cref="HostOffsetOf"/> that answers false where that throws.</summary>
    public bool TryHostOffsetOf(int position, ulong deviceOffset, out ulong offset)
    {
        // A granule number has at most 56 bits, so 16 ways of it cannot overflow before the check.
        int shift = GranuleShift;
        ulong granule = ((deviceOffset >> shift) * (ulong)Ways) + (uint)position;
        bool fits = (uint)position < (uint)Ways && granule >> (64 - shift) == 0;
        offset = fits ? (granule << shift) | (deviceOffset & ((1UL << shift) - 1)) : 0;
        return fits;
    }

    /// <summary>Which 64-byte lines of a 4 KiB page go to a target, bit i for line i: what a burst over the page is split by.</summary>
    /// <param name="target">Index as <see cref="TargetOf"/> returns it. One that is not 0 to ways - 1 gets no line.</param>
    /// <param name="page">Absolute host address of the page; its low 12 bits are ignored.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong LinesOf(int target, ulong page)
    {
        int ways = Ways;
        if ((uint)target >= (uint)ways)
            return 0;

        int granules = target - TargetOf(page & ~PageMask);
        if (firstLines == 0)
            return granules == 0 ? ulong.MaxValue : 0;

        if (granules < 0)
            granules += ways;
        int lines = granules << (encodedGranularity + 2);
        return lines < 64 ? firstLines << lines : 0;
    }

    /// <inheritdoc/>
    public bool Equals(Interleave other) => encodedGranularity == other.encodedGranularity && encodedWays == other.encodedWays;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Interleave other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (encodedGranularity << 4) | encodedWays;

    /// <summary>Ways and bytes, as <c>4x256B</c>.</summary>
    public override string ToString() => $"{Ways}x{new ByteSize((ulong)Granularity)}";

    /// <summary>Same ways and granularity.</summary>
    public static bool operator ==(Interleave left, Interleave right) => left.Equals(right);

    /// <summary>Different ways or granularity.</summary>
    public static bool operator !=(Interleave left, Interleave right) => !left.Equals(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Remainder(ulong granule)
    {
        ulong low = granule & ((1UL << binaryShift) - 1);
        if (!ternary)
            return (int)low;
        ulong row = granule >> binaryShift;
        return (int)(((row - (row / 3 * 3)) << binaryShift) | low);
    }
}
