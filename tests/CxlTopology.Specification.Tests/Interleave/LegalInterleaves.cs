using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

/// <summary>Every legal pair of ways and granularity, and the generators the properties draw from.</summary>
internal static class LegalInterleaves
{
    public static IReadOnlyList<Interleave> All { get; } =
        [.. from ways in InterleaveWays.All from bytes in InterleaveGranularity.All select Interleave.Of(ways, bytes)];

    public static Gen<Interleave> Any { get; } = Gen.Elements<Interleave>(All);

    /// <summary>Any 64 bits: small and large values, with their low bits set or not.</summary>
    public static Gen<ulong> Word { get; } =
        from value in ArbMap.Default.GeneratorFor<ulong>()
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from shift in Gen.Choose(0, 63)
        select (value ^ ((ulong)(uint)high << 32) ^ (uint)low) >> shift;

    /// <summary>An interleave and maps its window accepts: one lowest bit for each target-select bit, the rest above.</summary>
    public static Gen<(Interleave Interleave, XorMaps Maps)> AnyXor { get; } =
        from interleave in Any
        from high in Word.ArrayOf(4)
        select (interleave, MapsFor(interleave, high));

    public static XorMaps MapsFor(Interleave interleave, ulong[] high)
    {
        int first = interleave.EncodedGranularity + 8;
        ulong[] maps = new ulong[4];
        for (int i = 0; i < maps.Length; i++)
            maps[i] = (1UL << (first + i)) | (high[i] & ~((1UL << (first + 4)) - 1));
        Assert.True(XorMaps.TryCreate(maps, interleave.Ways, out XorMaps? result, out string? problem), problem);
        return result;
    }
}
