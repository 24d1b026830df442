namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>A short generator: the sequence is the seed's alone.</summary>
internal sealed class Draw(ulong seed)
{
    private ulong state = (seed + 1) * 0x9E37_79B9_7F4A_7C15;

    public uint Next()
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (uint)(state >> 32);
    }

    public int Below(int bound) => (int)(Next() % (uint)bound);

    public ulong Below(ulong bound) => ((ulong)Next() << 32 | Next()) % bound;

    public bool OneIn(int times) => Below(times) == 0;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>A generator of its own for a part of what is drawn.</summary>
    public Draw Fork() => new((ulong)Next() << 32 | Next());
}
