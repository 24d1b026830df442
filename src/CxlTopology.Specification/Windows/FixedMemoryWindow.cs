using System.Numerics;

namespace CxlTopology.Specification;

/// <summary>A CXL fixed memory window (CFMWS): a range of host addresses that goes to host bridges, interleaved.</summary>
/// <remarks>
/// Targets are picked by the absolute host address, not by the offset from the window's base. Nothing is checked on construction:
/// <see cref="Problems"/> says what is wrong with a window. Two windows are equal if they share their arrays.
/// </remarks>
public sealed record FixedMemoryWindow
{
    /// <summary>What base and size are multiples of: 256 MiB.</summary>
    public const ulong Alignment = 1UL << 28;

    /// <summary>First address that CXL.mem cannot carry: 2^52.</summary>
    public const ulong AddressLimit = 1UL << 52;

    /// <summary>First host address. A multiple of 256 MiB.</summary>
    public required Hpa Base { get; init; }

    /// <summary>
    /// Length. Not 0; a multiple of 256 MiB times the ways, unless the base is 0 (a window trimmed for the hole below 4 GiB).
    /// </summary>
    public required ByteSize Size { get; init; }

    /// <summary>Ways over the host bridges, and the granularity. 1 way of 256 bytes by default.</summary>
    public Interleave Interleave { get; init; }

    /// <summary>How the host bridge is picked. Modulo by default.</summary>
    public InterleaveArithmetic Arithmetic { get; init; }

    /// <summary>The maps of the matching CXIMS record. Needed by XOR arithmetic unless the ways are 1 or 3; unused by modulo.</summary>
    public XorMaps? XorMaps { get; init; }

    /// <summary>What may be put into the window. Type 2, type 3, volatile and persistent by default.</summary>
    public WindowRestrictions Restrictions { get; init; } =
        WindowRestrictions.Type2 | WindowRestrictions.Type3 | WindowRestrictions.Volatile | WindowRestrictions.Persistent;

    /// <summary>Id of the QoS throttling group, 0 to 65535. 0 by default.</summary>
    public ushort QtgId { get; init; }

    /// <summary>Host bridges by their CHBS UID, in interleave order: as many as there are ways.</summary>
    public required int[] Targets { get; init; }

    private bool Transforms => Arithmetic == InterleaveArithmetic.Xor && XorMaps is not null;

    /// <summary>Whether the host address lies in the window.</summary>
    public bool Contains(ulong hpa) => hpa - Base.Value < Size.Bytes;

    /// <summary>The index in <see cref="Targets"/> of the host bridge an absolute host address goes to.</summary>
    /// <remarks>By the arithmetic alone: an address outside the window gets an index too.</remarks>
    public int TargetIndexOf(ulong hpa) => Interleave.TargetOf(Transforms ? XorMaps!.Transform(hpa) : hpa);

    /// <summary>Which 64-byte lines of a 4 KiB page go to a target, bit i for line i, as <see cref="Interleave.LinesOf"/>.</summary>
    /// <param name="targetIndex">Index as <see cref="TargetIndexOf"/> returns it. One that is not 0 to ways - 1 gets no line.</param>
    /// <param name="page">Absolute host address of the page; its low 12 bits are ignored.</param>
    public ulong LinesOf(int targetIndex, ulong page)
    {
        if (!Transforms)
            return Interleave.LinesOf(targetIndex, page);

        XorMaps maps = XorMaps!;
        ulong start = page & ~0xFFFUL;
        if (maps.ReadsPageOffset)
        {
            ulong lines = 0;
            for (int line = 0; line < 64; line++)
            {
                if (Interleave.TargetOf(maps.Transform(start + ((ulong)line << 6))) == targetIndex)
                    lines |= 1UL << line;
            }

            return lines;
        }

        // The transform is linear and leaves the offset in the page alone but for what the page's own bits flip in it: so this is the
        // modulo mask of the transformed page, with its lines exchanged by that flip.
        ulong moved = maps.Transform(start);
        return Exchange(Interleave.LinesOf(targetIndex, moved), (int)((moved & 0xFFF) >> 6));
    }

    /// <summary>Everything that is wrong with a window, a sentence each; empty if it can be used.</summary>
    public static IReadOnlyList<string> Problems(FixedMemoryWindow window)
    {
        List<string> problems = [];
        ulong first = window.Base.Value;
        ulong size = window.Size.Bytes;
        int ways = window.Interleave.Ways;
        if (first % Alignment != 0)
            problems.Add($"base {window.Base} is not a multiple of 256 MiB");
        if (size == 0)
            problems.Add("size is 0");
        else if (size % Alignment != 0)
            problems.Add($"size {window.Size} is not a multiple of 256 MiB");
        else if (first != 0 && size % (Alignment * (ulong)ways) != 0)
            problems.Add($"size {window.Size} is not a multiple of 256 MiB x {ways} ways");
        if (first >= AddressLimit || size > AddressLimit - first)
            problems.Add($"base {window.Base} and size {window.Size} reach past the 52 bits of a host address");
        if (window.Targets.Length != ways)
            problems.Add($"{window.Targets.Length} targets for {ways} ways");
        if (Array.Exists(window.Targets, uid => uid < 0))
            problems.Add("a target is negative; host-bridge UIDs are 0 to 2147483647");
        if (window.Arithmetic is not (InterleaveArithmetic.Modulo or InterleaveArithmetic.Xor))
            problems.Add($"arithmetic {(int)window.Arithmetic} is neither 0 (modulo) nor 1 (XOR)");
        if (window.Arithmetic == InterleaveArithmetic.Xor)
            AddXorProblems(window, problems);
        return problems;
    }

    private static void AddXorProblems(FixedMemoryWindow window, List<string> problems)
    {
        int ways = window.Interleave.Ways;
        int needed = XorMaps.MapsUsed(ways);
        if (window.XorMaps is null)
        {
            if (needed > 0)
                problems.Add($"XOR arithmetic over {ways} ways needs {needed} XOR maps and there is no CXIMS of this granularity");
            return;
        }

        if (window.XorMaps.RootWays != ways)
            problems.Add($"the XOR maps are for {window.XorMaps.RootWays} ways, the window has {ways}");
        foreach (ulong map in window.XorMaps.Maps)
        {
            if (map != 0 && BitOperations.TrailingZeroCount(map) < window.Interleave.EncodedGranularity + 8)
                problems.Add($"XOR map 0x{map:x} reaches below the granularity of {window.Interleave.Granularity} bytes");
        }
    }

    private static ulong Exchange(ulong lines, int flip)
    {
        if ((flip & 32) != 0)
            lines = BitOperations.RotateLeft(lines, 32);
        if ((flip & 16) != 0)
            lines = ((lines & 0x0000FFFF0000FFFF) << 16) | ((lines >> 16) & 0x0000FFFF0000FFFF);
        if ((flip & 8) != 0)
            lines = ((lines & 0x00FF00FF00FF00FF) << 8) | ((lines >> 8) & 0x00FF00FF00FF00FF);
        if ((flip & 4) != 0)
            lines = ((lines & 0x0F0F0F0F0F0F0F0F) << 4) | ((lines >> 4) & 0x0F0F0F0F0F0F0F0F);
        if ((flip & 2) != 0)
            lines = ((lines & 0x3333333333333333) << 2) | ((lines >> 2) & 0x3333333333333333);
        if ((flip & 1) != 0)
            lines = ((lines & 0x5555555555555555) << 1) | ((lines >> 1) & 0x5555555555555555);
        return lines;
    }
}
