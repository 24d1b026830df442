using System.Numerics;

namespace CxlTopology.Specification;

/// <summary>How many bytes a CXL.io request means, in its flags.</summary>
public static class IoWidth
{
    private const int Shift = 12;

    /// <summary>The flags for 1, 2, 4 or 8 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is another number.</exception>
    public static IoFlags Of(int bytes) => bytes is 1 or 2 or 4 or 8
        ? (IoFlags)(BitOperations.Log2((uint)bytes) << Shift)
        : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A register access has 1, 2, 4 or 8 bytes.");

    /// <summary>The bytes that flags say.</summary>
    public static int Of(IoFlags flags) => 1 << ((ushort)flags >> Shift & 3);

    /// <summary>All ones in so many bytes: what a read gets that nothing answers.</summary>
    public static ulong AllOnes(int bytes) => bytes == 8 ? ulong.MaxValue : (1UL << (8 * bytes)) - 1;
}
