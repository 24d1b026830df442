using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>A CXL fixed memory window structure (CFMWS), as the table holds it: 36 bytes and 4 for each target, type 1.</summary>
/// <remarks>
/// Base at 8, size at 16 (64 bits each), code of the ways at 24, arithmetic at 25, code of the granularity at 28 (32 bits), restrictions at
/// 32 and QTG id at 34 (16 bits each), then the targets. Fields are raw: <see cref="TryToWindow"/> is where they are judged. Two
/// records are equal if they share their target array.
/// </remarks>
public sealed record FixedMemoryWindowStructure : CedtStructure
{
    /// <summary>The type code: 1.</summary>
    public const byte TypeCode = 1;

    /// <summary>Bytes before the targets: 36.</summary>
    public const int FixedLength = 36;

    /// <summary>First host address.</summary>
    public required ulong Base { get; init; }

    /// <summary>Bytes.</summary>
    public required ulong Size { get; init; }

    /// <summary>Number of targets as <see cref="InterleaveWays"/> encodes it.</summary>
    public required byte WaysEncoded { get; init; }

    /// <summary>0 modulo, 1 XOR.</summary>
    public byte Arithmetic { get; init; }

    /// <summary>Granularity as <see cref="InterleaveGranularity"/> encodes it.</summary>
    public uint GranularityEncoded { get; init; }

    /// <summary>What may be put into the window: bits as in <see cref="WindowRestrictions"/>.</summary>
    public ushort Restrictions { get; init; }

    /// <summary>Id of the QoS throttling group.</summary>
    public ushort QtgId { get; init; }

    /// <summary>
    /// UIDs of host bridges, in interleave order. A record may hold more than the ways need; software looks at the first.
    /// </summary>
    public required uint[] Targets { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength + (4 * Targets.Length);

    /// <summary>The record of a window.</summary>
    /// <exception cref="ArgumentException">The window has <see cref="FixedMemoryWindow.Problems"/>.</exception>
    public static FixedMemoryWindowStructure Of(FixedMemoryWindow window)
    {
        IReadOnlyList<string> problems = FixedMemoryWindow.Problems(window);
        if (problems.Count > 0)
            throw new ArgumentException($"The window cannot be described: {string.Join("; ", problems)}.", nameof(window));
        return new FixedMemoryWindowStructure
        {
            Base = window.Base.Value,
            Size = window.Size.Bytes,
            WaysEncoded = window.Interleave.EncodedWays,
            Arithmetic = (byte)window.Arithmetic,
            GranularityEncoded = window.Interleave.EncodedGranularity,
            Restrictions = (ushort)window.Restrictions,
            QtgId = window.QtgId,
            Targets = Array.ConvertAll(window.Targets, uid => (uint)uid),
        };
    }

    /// <summary>The window of the record as an operating system takes it over, with the maps of the matching CXIMS.</summary>
    /// <remarks>
    /// A window of one way gets the granularity 256, whatever the record says. What passes may still have
    /// <see cref="FixedMemoryWindow.Problems"/> that no operating system looks for, as a size that is no multiple of ways times 256 MiB.
    /// </remarks>
    /// <param name="maths">The CXIMS records of the table; the first of the window's granularity counts.</param>
    /// <param name="window">The window, or null.</param>
    /// <returns><see cref="WindowRefusal.None"/>, or the first reason to pass over it.</returns>
    public WindowRefusal TryToWindow(IEnumerable<XorInterleaveMathStructure> maths, out FixedMemoryWindow? window)
    {
        window = null;
        WindowRefusal refusal = Check(out int ways);
        if (refusal != WindowRefusal.None)
            return refusal;

        byte granularity = ways == 1 ? (byte)0 : (byte)GranularityEncoded;
        XorMaps? maps = null;
        if (Arithmetic == (byte)InterleaveArithmetic.Xor && XorMaps.MapsUsed(ways) > 0)
        {
            refusal = FindMaps(maths, ways, granularity, out maps);
            if (refusal != WindowRefusal.None)
                return refusal;
        }

        window = new FixedMemoryWindow
        {
            Base = new Hpa(Base),
            Size = new ByteSize(Size),
            Interleave = new Interleave(granularity, WaysEncoded),
            Arithmetic = (InterleaveArithmetic)Arithmetic,
            XorMaps = maps,
            Restrictions = (WindowRestrictions)Restrictions,
            QtgId = QtgId,
            Targets = Array.ConvertAll(Targets[..ways], uid => (int)uid),
        };
        return WindowRefusal.None;
    }

    internal static FixedMemoryWindowStructure Read(ReadOnlySpan<byte> record)
    {
        uint[] targets = new uint[(record.Length - FixedLength) / 4];
        for (int i = 0; i < targets.Length; i++)
            targets[i] = BinaryPrimitives.ReadUInt32LittleEndian(record[(FixedLength + (4 * i))..]);
        return new FixedMemoryWindowStructure
        {
            Base = BinaryPrimitives.ReadUInt64LittleEndian(record[8..]),
            Size = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]),
            WaysEncoded = record[24],
            Arithmetic = record[25],
            GranularityEncoded = BinaryPrimitives.ReadUInt32LittleEndian(record[28..]),
            Restrictions = BinaryPrimitives.ReadUInt16LittleEndian(record[32..]),
            QtgId = BinaryPrimitives.ReadUInt16LittleEndian(record[34..]),
            Targets = targets,
        };
    }

    private protected override void WriteFields(Span<byte> record)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(record[16..], Size);
        record[24] = WaysEncoded;
        record[25] = Arithmetic;
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], GranularityEncoded);
        BinaryPrimitives.WriteUInt16LittleEndian(record[32..], Restrictions);
        BinaryPrimitives.WriteUInt16LittleEndian(record[34..], QtgId);
        for (int i = 0; i < Targets.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(record[(FixedLength + (4 * i))..], Targets[i]);
    }

    private static WindowRefusal FindMaps(
        IEnumerable<XorInterleaveMathStructure> maths, int ways, byte granularity, out XorMaps? maps)
    {
        maps = null;
        foreach (XorInterleaveMathStructure math in maths)
        {
            if (math.GranularityEncoded != granularity)
                continue;
            if (math.Maps.Length < XorMaps.MapsUsed(ways))
                return WindowRefusal.XorMapsTooFew;
            return XorMaps.TryCreate(math.Maps, ways, out maps, out _) ? WindowRefusal.None : WindowRefusal.XorMapsUnusable;
        }

        return WindowRefusal.XorMapsMissing;
    }

    private WindowRefusal Check(out int ways)
    {
        ways = 0;
        if (Arithmetic > (byte)InterleaveArithmetic.Xor)
            return WindowRefusal.UnknownArithmetic;
        if (Base % FixedMemoryWindow.Alignment != 0)
            return WindowRefusal.BaseMisaligned;
        if (Size % FixedMemoryWindow.Alignment != 0)
            return WindowRefusal.SizeMisaligned;
        if (!InterleaveWays.TryDecode(WaysEncoded, out ways))
            return WindowRefusal.WaysReserved;
        if (Targets.Length < ways)
            return WindowRefusal.TargetsMissing;
        if (GranularityEncoded > InterleaveGranularity.EncodedMax)
            return WindowRefusal.GranularityReserved;
        for (int i = 0; i < ways; i++)
        {
            if (Targets[i] > int.MaxValue)
                return WindowRefusal.TargetOutOfRange;
        }

        return WindowRefusal.None;
    }
}
