using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>A CXL XOR interleave math structure (CXIMS): the XOR maps for all windows of one granularity. Type 2.</summary>
/// <remarks>
/// Code of the granularity at 6, number of maps at 7, the maps from 8 on (64 bits each): 8 bytes and 8 for each map. A window takes as many
/// from the front as its ways need. Two records are equal if they share their map array.
/// </remarks>
public sealed record XorInterleaveMathStructure : CedtStructure
{
    /// <summary>The type code: 2.</summary>
    public const byte TypeCode = 2;

    /// <summary>Bytes before the maps: 8.</summary>
    public const int FixedLength = 8;

    /// <summary>The most maps the record has room for: 255. Windows use up to 4.</summary>
    public const int MapsMax = 255;

    /// <summary>Granularity of the windows it is for, as <see cref="InterleaveGranularity"/> encodes it.</summary>
    public required byte GranularityEncoded { get; init; }

    /// <summary>The maps, sets of address bits: 0 to <see cref="MapsMax"/>.</summary>
    public required ulong[] Maps { get; init; }

    /// <inheritdoc/>
    public override byte Type => TypeCode;

    /// <inheritdoc/>
    public override int Length => FixedLength + (8 * Maps.Length);

    /// <summary>The records a set of windows needs: one for each granularity that an XOR window with maps has, ascending.</summary>
    /// <remarks>
    /// Windows of one granularity share a record: the one with the most maps gives them, the others must use its first ones.
    /// </remarks>
    /// <exception cref="ArgumentException">Two windows of one granularity have maps that differ: no table can say that.</exception>
    public static IReadOnlyList<XorInterleaveMathStructure> Of(IEnumerable<FixedMemoryWindow> windows)
    {
        SortedDictionary<byte, IReadOnlyList<ulong>> needed = [];
        foreach (FixedMemoryWindow window in windows)
        {
            if (window.Arithmetic != InterleaveArithmetic.Xor || window.XorMaps is not { Maps.Count: > 0 } maps)
                continue;
            byte granularity = window.Interleave.EncodedGranularity;
            IReadOnlyList<ulong> known = needed.GetValueOrDefault(granularity, []);
            for (int i = 0; i < Math.Min(known.Count, maps.Maps.Count); i++)
            {
                if (known[i] != maps.Maps[i])
                {
                    throw new ArgumentException(
                        $"Windows of {window.Interleave.Granularity} bytes granularity share their XOR maps, and one has 0x{known[i]:x} "
                        + $"where the window at {window.Base} has 0x{maps.Maps[i]:x}.",
                        nameof(windows));
                }
            }

            if (maps.Maps.Count > known.Count)
                needed[granularity] = maps.Maps;
        }

        return [.. needed.Select(entry => new XorInterleaveMathStructure { GranularityEncoded = entry.Key, Maps = [.. entry.Value] })];
    }

    /// <summary>The record at the front of these bytes, or null if its number of maps does not fit into them.</summary>
    internal static XorInterleaveMathStructure? Read(ReadOnlySpan<byte> record)
    {
        int count = record[7];
        if (record.Length < FixedLength + (8 * count))
            return null;
        ulong[] maps = new ulong[count];
        for (int i = 0; i < count; i++)
            maps[i] = BinaryPrimitives.ReadUInt64LittleEndian(record[(FixedLength + (8 * i))..]);
        return new XorInterleaveMathStructure { GranularityEncoded = record[6], Maps = maps };
    }

    private protected override void WriteFields(Span<byte> record)
    {
        if (Maps.Length > MapsMax)
            throw new InvalidOperationException($"A CXIMS holds at most {MapsMax} maps, not {Maps.Length}.");
        record[6] = GranularityEncoded;
        record[7] = (byte)Maps.Length;
        for (int i = 0; i < Maps.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(record[(FixedLength + (8 * i))..], Maps[i]);
    }
}
