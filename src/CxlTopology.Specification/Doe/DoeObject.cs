namespace CxlTopology.Specification;

/// <summary>A data object, as requests and responses are made of: two dwords of header, then what the protocol says.</summary>
/// <remarks>
/// Dword 0: vendor in bits 15:0, type in 23:16. Dword 1: length in dwords, the header's two included, in bits 17:0; 0 is 2^18.
/// </remarks>
public static class DoeObject
{
    /// <summary>Dwords of the header: 2.</summary>
    public const int HeaderDwords = 2;

    /// <summary>Dwords of the longest object: 2^18, 1 MiB.</summary>
    public const int DwordsMax = 1 << 18;

    /// <summary>An object of a protocol.</summary>
    /// <exception cref="ArgumentException">It would be longer than <see cref="DwordsMax"/>.</exception>
    public static uint[] Encode(ushort vendor, byte type, ReadOnlySpan<uint> payload)
    {
        int length = HeaderDwords + payload.Length;
        if (length > DwordsMax)
            throw new ArgumentException($"A data object has at most {DwordsMax} dwords, not {length}.", nameof(payload));
        uint[] dwords = new uint[length];
        dwords[0] = vendor | ((uint)type << 16);
        dwords[1] = (uint)length & (DwordsMax - 1);
        payload.CopyTo(dwords.AsSpan(HeaderDwords));
        return dwords;
    }

    /// <summary>Whether these dwords are one whole object: there is a header, and its length is theirs.</summary>
    public static bool IsWhole(ReadOnlySpan<uint> dwords) => dwords.Length >= HeaderDwords && LengthOf(dwords[1]) == dwords.Length;

    /// <summary>The vendor in dword 0.</summary>
    public static ushort VendorOf(uint dword0) => (ushort)dword0;

    /// <summary>The type in dword 0.</summary>
    public static byte TypeOf(uint dword0) => (byte)(dword0 >> 16);

    /// <summary>Dwords of the object whose dword 1 this is: 1 to <see cref="DwordsMax"/>.</summary>
    public static int LengthOf(uint dword1) => (int)((dword1 - 1) & (DwordsMax - 1)) + 1;
}
