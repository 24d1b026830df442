namespace CxlTopology.Specification;

/// <summary>The four-bit code for the number of HDM decoders of a component.</summary>
/// <remarks>
/// Codes 0 to 8 are 1, 2, 4, 6, 8, 10, 12, 14, 16 decoders; 9 to 12 are 20, 24, 28, 32, for host bridges and switches; 13 to 15 are
/// reserved. Software that takes twice the code from 1 on (Linux does) reads 9 and up wrongly: 10 decoders are safe for it, and for
/// endpoints.
/// </remarks>
public static class HdmDecoderCount
{
    private static readonly int[] counts = [1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32];

    /// <summary>The thirteen counts that have a code, ascending; the index is the code.</summary>
    public static IReadOnlyList<int> All { get; } = Array.AsReadOnly(counts);

    /// <summary>The code for a count; false, and code 0, if it has none.</summary>
    public static bool TryEncode(int count, out byte encoded)
    {
        int index = Array.IndexOf(counts, count);
        encoded = (byte)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The count of a code; false, and 0, if the code is reserved.</summary>
    public static bool TryDecode(byte encoded, out int count)
    {
        count = encoded < counts.Length ? counts[encoded] : 0;
        return count != 0;
    }

    /// <summary>The code for a count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count has no code; the message lists those that have.</exception>
    public static byte Encode(int count) => TryEncode(count, out byte encoded)
        ? encoded
        : throw new ArgumentOutOfRangeException(nameof(count), count, $"HDM decoder counts are {string.Join(", ", counts)}.");

    /// <summary>The count of a code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is 13 or above.</exception>
    public static int Decode(byte encoded) => TryDecode(encoded, out int count)
        ? count
        : throw new ArgumentOutOfRangeException(nameof(encoded), encoded, "HDM decoder count codes are 0 to 12; 13 and up are reserved.");
}
