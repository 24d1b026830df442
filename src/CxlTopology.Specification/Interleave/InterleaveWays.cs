namespace CxlTopology.Specification;

/// <summary>How many targets an address range is spread over, and the four-bit code registers and ACPI tables hold for it.</summary>
/// <remarks>
/// Legal: 1, 2, 4, 8 and 16 (codes 0 to 4), 3, 6 and 12 (codes 8 to 10). The codes 5, 6, 7 and 11 to 15 are reserved. Endpoints and
/// fixed memory windows go to 16 ways, host bridges and switches to the eight slots of their target list.
/// </remarks>
public static class InterleaveWays
{
    /// <summary>The most ways any decoder or window has: 16.</summary>
    public const int Max = 16;

    /// <summary>The eight legal numbers of ways, ascending: 1, 2, 3, 4, 6, 8, 12, 16.</summary>
    public static IReadOnlyList<int> All { get; } = Array.AsReadOnly([1, 2, 3, 4, 6, 8, 12, 16]);

    /// <summary>The code for a number of ways; false, and code 0, if <paramref name="ways"/> is not one of <see cref="All"/>.</summary>
    public static bool TryEncode(int ways, out byte encoded)
    {
        (bool legal, encoded) = ways switch
        {
            1 => (true, (byte)0),
            2 => (true, (byte)1),
            4 => (true, (byte)2),
            8 => (true, (byte)3),
            16 => (true, (byte)4),
            3 => (true, (byte)8),
            6 => (true, (byte)9),
            12 => (true, (byte)10),
            _ => (false, (byte)0),
        };
        return legal;
    }

    /// <summary>The number of ways of a code; false, and 0 ways, if the code is reserved.</summary>
    public static bool TryDecode(byte encoded, out int ways)
    {
        ways = encoded switch
        {
            <= 4 => 1 << encoded,
            >= 8 and <= 10 => 3 << (encoded - 8),
            _ => 0,
        };
        return ways != 0;
    }
}
