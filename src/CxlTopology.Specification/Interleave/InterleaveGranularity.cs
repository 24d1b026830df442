using System.Numerics;

namespace CxlTopology.Specification;

/// <summary>Bytes that go to one target before the next gets its turn, and the code registers and ACPI tables hold for it.</summary>
/// <remarks>Legal: 256 B to 16 KiB, powers of two; the code is log2 less 8, 0 to 6. Codes 7 and up are reserved.</remarks>
public static class InterleaveGranularity
{
    /// <summary>The largest code that is not reserved: 6, 16 KiB.</summary>
    public const byte EncodedMax = 6;

    /// <summary>The seven legal granularities in bytes, ascending: 256 to 16384. A fresh array each time.</summary>
    public static int[] All => [256, 512, 1024, 2048, 4096, 8192, 16384];

    /// <summary>The code for a granularity in bytes; false, and code 0, if it is not one of <see cref="All"/>.</summary>
    public static bool TryEncode(int bytes, out byte encoded)
    {
        bool legal = bytes is >= 256 and <= 16384 && BitOperations.IsPow2(bytes);
        encoded = legal ? (byte)(BitOperations.Log2((uint)bytes) - 8) : (byte)0;
        return legal;
    }

    /// <summary>The bytes of a code; false, and 0 bytes, if the code is reserved.</summary>
    public static bool TryDecode(byte encoded, out int bytes)
    {
        bytes = encoded <= EncodedMax ? 256 << encoded : 0;
        return bytes != 0;
    }
}
