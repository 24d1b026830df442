using System.Numerics;
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

    /// <summary>An exponentially distributed double with mean 1, below 46.</summary>
    /// <remarks>
    /// By Ahrens and Dieter's method: leading zeros count multiples of ln 2, and what is left is uniform up to ln 2, or else the least of several
    /// uniforms. Additions, one multiplication and comparisons: no logarithm.
    /// </remarks>
    public double NextExponential()
    {
        ulong bits = NextUInt64() | 1;
        int zeros = BitOperations.LeadingZeroCount(bits);
        double whole = zeros * Ln2;
        double rest = (bits << zeros << 1 >> 11) * Unit;
        if (rest <= Ln2)
            return whole + rest;
        double least = NextDouble();
        ReadOnlySpan<double> sums = PowerSums;
        for (int i = 1; ; i++)
        {
            least = Math.Min(least, NextDouble());
            if (i == sums.Length || rest <= sums[i])
                return whole + least * Ln2;
        }
    }

    private const double Ln2 = 0.693147180559945309417232;
    private const double Unit = 1.0 / (1UL << 53);

    // The sums of ln 2 to the k over k! for k from 1: the chances that no more than so many uniforms are needed. The last is 1 to the last bit.
    private static ReadOnlySpan<double> PowerSums =>
    [
        0.6931471805599453, 0.9333736875190459, 0.9888777961838675, 0.9984959252914960, 0.9998292811061389, 0.9999833164100727, 0.9999985691438767, 0.9999998906925558,
        0.9999999924734159, 0.9999999995283275, 0.9999999999728814, 0.9999999999985598, 0.9999999999999289, 0.9999999999999968, 0.9999999999999999, 1.0,
    ];
}
