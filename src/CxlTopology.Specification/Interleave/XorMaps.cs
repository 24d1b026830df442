using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace CxlTopology.Specification;

/// <summary>The XOR maps of a CXIMS record as one window uses them: a transform of addresses that is its own inverse.</summary>
/// <remarks>
/// A map is a set of address bits: its lowest bit is replaced by the parity of all its bits. Between 0 and 4 maps are used, by the ways of
/// the window (<see cref="MapsUsed"/>); what a record holds beyond them is ignored. Maps with no or one bit change nothing.
/// </remarks>
public sealed class XorMaps
{
    private readonly ulong[] sources;
    private readonly int[] bits;

    private XorMaps(int rootWays, ulong[] maps)
    {
        RootWays = rootWays;
        Maps = Array.AsReadOnly(maps);
        ulong[] effective = Array.FindAll(maps, map => BitOperations.PopCount(map) > 1);
        bits = Array.ConvertAll(effective, BitOperations.TrailingZeroCount);
        sources = Array.ConvertAll(effective, map => map & (map - 1));

        // A map can only move an address inside its page, by the page's own bits, if it has two bits below 4 KiB.
        ReadsPageOffset = Array.Exists(effective, map => BitOperations.PopCount(map & 0xFFF) > 1);
    }

    /// <summary>Ways of the window the maps are for.</summary>
    public int RootWays { get; }

    /// <summary>The maps used, in the record's order: as many as <see cref="MapsUsed"/> says for <see cref="RootWays"/>.</summary>
    public IReadOnlyList<ulong> Maps { get; }

    /// <summary>Whether a map ties bits of the offset in a 4 KiB page to each other, so that pages are not all split alike.</summary>
    internal bool ReadsPageOffset { get; }

    /// <summary>How many maps a window of these ways uses: 0 for 1 and 3, 1 for 2 and 6, 2 for 4 and 12, 3 for 8, 4 for 16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a legal number of ways.</exception>
    public static int MapsUsed(int rootWays) =>
        InterleaveWays.TryEncode(rootWays, out byte encoded)
            ? encoded & 7
            : throw new ArgumentOutOfRangeException(
                nameof(rootWays), rootWays, $"Ways are one of {string.Join(", ", InterleaveWays.All)}.");

    /// <summary>Takes the maps a window of these ways uses out of a CXIMS record's list.</summary>
    /// <remarks>
    /// Refused: illegal ways, fewer maps than the ways need, and a used map that contains the lowest bit of another one (the transform
    /// would not be its own inverse); single-bit maps do nothing and are exempt from the last rule.
    /// </remarks>
    /// <returns>False with a sentence in <paramref name="problem"/> if refused.</returns>
    public static bool TryCreate(
        IReadOnlyList<ulong> maps, int rootWays, [NotNullWhen(true)] out XorMaps? result, [NotNullWhen(false)] out string? problem)
    {
        result = null;
        if (!InterleaveWays.TryEncode(rootWays, out _))
        {
            problem = $"{rootWays} ways are not one of {string.Join(", ", InterleaveWays.All)}";
            return false;
        }

        int used = MapsUsed(rootWays);
        if (maps.Count < used)
        {
            problem = $"{rootWays} ways need {used} XOR maps, not {maps.Count}";
            return false;
        }

        ulong[] kept = new ulong[used];
        for (int i = 0; i < used; i++)
            kept[i] = maps[i];

        problem = Conflict(kept);
        if (problem is not null)
            return false;

        result = new XorMaps(rootWays, kept);
        return true;
    }

    /// <summary>The address with each map's lowest bit replaced by the map's parity. Applying it twice gives the address back.</summary>
    public ulong Transform(ulong address)
    {
        ulong result = address;
        for (int i = 0; i < sources.Length; i++)
            result ^= (ulong)(uint)(BitOperations.PopCount(address & sources[i]) & 1) << bits[i];
        return result;
    }

    private static string? Conflict(ulong[] maps)
    {
        for (int i = 0; i < maps.Length; i++)
        {
            for (int j = 0; j < maps.Length; j++)
            {
                bool bothActive = BitOperations.PopCount(maps[i]) > 1 && BitOperations.PopCount(maps[j]) > 1;
                ulong lowest = maps[i] & (0 - maps[i]);
                if (i != j && bothActive && (maps[j] & lowest) != 0)
                    return $"XOR map 0x{maps[j]:x} contains the lowest bit of map 0x{maps[i]:x}, so it would not be undone by itself";
            }
        }

        return null;
    }
}
