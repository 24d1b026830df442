namespace CxlTopology.Simulation;

/// <summary>
/// 64-bit hashes that are the same in every process, unlike <see cref="object.GetHashCode"/> of anything with a string in it.
/// </summary>
public static class StableHash
{
    /// <summary>FNV-1a over the UTF-16 code units, then mixed.</summary>
    public static ulong Of(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return Mix(hash);
    }

    /// <summary>
    /// A bijection on 64 bits in which every input bit changes about half of the output bits (the finalizer of SplitMix64).
    /// </summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Continues a chain of hashes with one more value; the order of values counts.</summary>
    public static ulong Chain(ulong hash, ulong value) => Mix(hash * 0x9E3779B97F4A7C15 + value);
}
