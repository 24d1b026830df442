using System.Numerics;
using System.Runtime.CompilerServices;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>A pseudo-random order of the numbers 0 to n-1, computed number by number: nothing is stored, whatever n is.</summary>
/// <remarks>
/// An alternating Feistel network over the smallest number of bits that holds n, with the halves as equal as that allows; a result of n or
/// more is put through again until it falls below n ("cycle walking"). The network is a bijection on at most 2n + 2 numbers, so two rounds
/// on average are the cost, and every start ends because its own cycle leads back to it.
/// </remarks>
public sealed class KeyedPermutation
{
    private const int RoundCount = 8;
    private readonly ulong[] keys = new ulong[RoundCount];
    private readonly int lowBits;
    private readonly ulong lowMask;
    private readonly ulong highMask;

    /// <summary>The order that this stream picks.</summary>
    /// <param name="length">How many numbers, n: 1 to 2^62.</param>
    /// <param name="stream">Where the keys are drawn from.</param>
    public KeyedPermutation(ulong length, RandomStream stream)
    {
        if (length is 0 or > (1UL << 62))
            throw new ArgumentOutOfRangeException(nameof(length), length, "A permutation is over 1 to 2^62 numbers.");
        Length = length;
        int bits = Math.Max(2, 64 - BitOperations.LeadingZeroCount(length - 1));
        lowBits = bits / 2;
        lowMask = (1UL << lowBits) - 1;
        highMask = (1UL << (bits - lowBits)) - 1;
        for (int round = 0; round < RoundCount; round++)
            keys[round] = stream.NextUInt64();
    }

    /// <summary>How many numbers are permuted.</summary>
    public ulong Length { get; }

    /// <summary>The number at <paramref name="position"/> in the order; positions are 0 to <see cref="Length"/>-1.</summary>
    public ulong this[ulong position]
    {
        get
        {
            if (position >= Length)
                throw new ArgumentOutOfRangeException(nameof(position), position, "A position is below the length.");
            ulong value = position;
            do
                value = Scramble(value);
            while (value >= Length);
            return value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Scramble(ulong value)
    {
        ulong low = value & lowMask;
        ulong high = value >> lowBits;
        for (int round = 0; round < RoundCount; round += 2)
        {
            high ^= StableHash.Mix(low + keys[round]) & highMask;
            low ^= StableHash.Mix(high + keys[round + 1]) & lowMask;
        }

        return (high << lowBits) | low;
    }
}
