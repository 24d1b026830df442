using System.Numerics;

namespace CxlTopology.Simulation;

/// <summary>A histogram of durations with a bounded relative error, for percentiles of latencies.</summary>
/// <remarks>
/// Log-linear: 256 buckets to each power of two, so a percentile is at most 0.4 % above the true value (never below); minimum, maximum, sum
/// and count are exact. Adding allocates nothing once a magnitude has been seen. At most 56 magnitudes of 256 counters: 115 kB.
/// </remarks>
public sealed class LatencyHistogram
{
    private const int SubBits = 8;
    private readonly long[]?[] magnitudes = new long[]?[64 - SubBits + 1];
    private UInt128 sum;

    /// <summary>How many durations were added.</summary>
    public long Count { get; private set; }

    /// <summary>The shortest, in femtoseconds; 0 when empty.</summary>
    public long Min { get; private set; }

    /// <summary>The longest, in femtoseconds; 0 when empty.</summary>
    public long Max { get; private set; }

    /// <summary>The arithmetic mean in femtoseconds, rounded down; 0 when empty.</summary>
    public long Mean => Count == 0 ? 0 : (long)(sum / (UInt128)Count);

    /// <summary>Adds a duration; negative ones throw <see cref="ArgumentOutOfRangeException"/>.</summary>
    public void Add(long femtoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(femtoseconds);
        if (Count++ == 0)
            Min = Max = femtoseconds;
        else if (femtoseconds < Min)
            Min = femtoseconds;
        else if (femtoseconds > Max)
            Max = femtoseconds;
        sum += (ulong)femtoseconds;
        (int magnitude, int sub) = Place(femtoseconds);
        (magnitudes[magnitude] ??= new long[1 << SubBits])[sub]++;
    }

    /// <summary>Adds everything that <paramref name="other"/> holds.</summary>
    public void Add(LatencyHistogram other)
    {
        if (other.Count == 0)
            return;
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Count += other.Count;
        sum += other.sum;
        for (int m = 0; m < magnitudes.Length; m++)
        {
            if (other.magnitudes[m] is not { } source)
                continue;
            long[] target = magnitudes[m] ??= new long[1 << SubBits];
            for (int i = 0; i < source.Length; i++)
                target[i] += source[i];
        }
    }

    /// <summary>
    /// The duration that <paramref name="numerator"/>/<paramref name="denominator"/> of all are not longer than, in femtoseconds; 0 when
    /// empty.
    /// </summary>
    public long Percentile(int numerator, int denominator)
    {
        if (Count == 0)
            return 0;
        long rank = Math.Max(1, (long)(((UInt128)Count * (uint)numerator + (uint)denominator - 1) / (uint)denominator));
        long seen = 0;
        for (int m = 0; m < magnitudes.Length; m++)
        {
            if (magnitudes[m] is not { } row)
                continue;
            for (int i = 0; i < row.Length; i++)
            {
                seen += row[i];
                if (seen >= rank)
                    return Math.Clamp(Upper(m, i), Min, Max);
            }
        }

        return Max;
    }

    /// <summary>Writes all that it holds, for another process.</summary>
    public void Save(WireBuffer to)
    {
        to.WriteInt64(Count);
        to.WriteInt64(Min);
        to.WriteInt64(Max);
        to.WriteUInt64((ulong)sum);
        to.WriteUInt64((ulong)(sum >> 64));
        for (int m = 0; m < magnitudes.Length; m++)
        {
            to.WriteBool(magnitudes[m] is not null);
            foreach (long count in magnitudes[m] ?? [])
                to.WriteInt64(count);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote, in place of what it held.</summary>
    public void Load(ref WireReader from)
    {
        (Count, Min, Max) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        ulong low = from.ReadUInt64();
        sum = new UInt128(from.ReadUInt64(), low);
        for (int m = 0; m < magnitudes.Length; m++)
        {
            magnitudes[m] = from.ReadBool() ? new long[1 << SubBits] : null;
            for (int i = 0; i < magnitudes[m]?.Length; i++)
                magnitudes[m]![i] = from.ReadInt64();
        }
    }

    private static (int Magnitude, int Sub) Place(long value)
    {
        int log = 63 - BitOperations.LeadingZeroCount((ulong)value | 1);
        return log < SubBits ? (0, (int)value) : (log - SubBits + 1, (int)(value >> (log - SubBits)) & ((1 << SubBits) - 1));
    }

    private static long Upper(int magnitude, int sub)
    {
        if (magnitude == 0)
            return sub;
        int shift = magnitude - 1;
        return (((1L << SubBits) + sub + 1) << shift) - 1;
    }
}
