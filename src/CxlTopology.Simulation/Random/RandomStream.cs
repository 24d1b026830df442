using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>A stream of random numbers keyed by the run's seed and a path, so that no draw depends on any other stream.</summary>
/// <remarks>
/// SplitMix64: 8 bytes of state, period 2^64. Everything is integer arithmetic, or additions, multiplications and divisions of doubles,
/// which every machine rounds alike: no call into the platform's mathematics library, whose last bit differs from one to the next. A
/// mutable struct: keep it in a field, never in a readonly one.
/// </remarks>
public struct RandomStream
{
    private ulong state;

    /// <summary>The stream of <paramref name="path"/> in the run with <paramref name="seed"/>.</summary>
    public RandomStream(ulong seed, string path) =>
        state = StableHash.Chain(StableHash.Mix(seed + 0x9E3779B97F4A7C15), StableHash.Of(path));

    /// <summary>64 uniform bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64() => StableHash.Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>
    /// A number from 0 to <paramref name="bound"/>-1; <paramref name="bound"/> of 0 gives 0. The bias is below bound/2^64.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong bound) => Math.BigMul(NextUInt64(), bound, out _);

    /// <summary>A uniform double in [0, 1), a multiple of 2^-53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// True with probability <paramref name="numerator"/>/<paramref name="denominator"/>: exact ratios, no floating point.
    /// </summary>
    public bool Chance(ulong numerator, ulong denominator) => Next(denominator) < numerator;

    /// <summary>An exponentially distributed double with mean 1, at most 37.</summary>
    public double NextExponential() => -PortableMath.Log(((NextUInt64() >> 11) + 1) * (1.0 / (1UL << 53)));
}
