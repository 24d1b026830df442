using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CxlTopology.Simulation;

/// <summary>Puts the messages of a turn into their order: time, source, the source's sequence.</summary>
/// <remarks>
/// A turn has a few messages in no order that a processor could guess: sorting by comparing and jumping would cost more in wrong guesses than in work. The place of each is how many come
/// before it, counted without a jump.
/// </remarks>
/// <param name="slab">The messages.</param>
/// <param name="ignoreTies">Whether time alone orders: for tests that show what ties do.</param>
internal sealed class TurnOrder(MessageSlab slab, bool ignoreTies)
{
    private const int CountedMax = 48;
    private const int Lanes = 4;
    private readonly ulong[] times = new ulong[CountedMax];
    private readonly ulong[] keys = new ulong[CountedMax];
    private readonly int[] unsorted = new int[CountedMax];
    private SortItem[] items = [];

    /// <summary>Orders at least two messages, given by their slots.</summary>
    public void Sort(Span<int> slots)
    {
        if (slots.Length > CountedMax)
            SortMany(slots);
        else if (slots.Length > 2 || ignoreTies)
            SortFew(slots);
        else if (IsBefore(ref slab[slots[1]], ref slab[slots[0]]))
            (slots[0], slots[1]) = (slots[1], slots[0]);
    }

    private static bool IsBefore(ref Message a, ref Message b) => a.Time < b.Time || (a.Time == b.Time && a.Key < b.Key);

    private void SortFew(Span<int> slots)
    {
        int count = slots.Length;
        int whole = (count + Lanes - 1) & -Lanes;
        Span<ulong> time = times.AsSpan(0, whole);
        Span<ulong> key = keys.AsSpan(0, whole);
        Span<int> from = unsorted.AsSpan(0, count);
        for (int i = 0; i < from.Length; i++)
        {
            int slot = slots[i];
            ref Message message = ref slab[slot];
            time[i] = (ulong)message.Time;
            key[i] = ignoreTies ? (ulong)i : message.Key;
            from[i] = slot;
        }

        time[count..].Fill(ulong.MaxValue); // comes before nothing
        ReadOnlySpan<Vector256<ulong>> allTimes = MemoryMarshal.Cast<ulong, Vector256<ulong>>(time);
        ReadOnlySpan<Vector256<ulong>> allKeys = MemoryMarshal.Cast<ulong, Vector256<ulong>>(key);
        ulong taken = 0;
        for (int i = 0; i < from.Length; i++)
        {
            var t = Vector256.Create(time[i]);
            var k = Vector256.Create(key[i]);
            int before = 0;
            for (int block = 0; block < allTimes.Length; block++)
            {
                Vector256<ulong> less = Vector256.LessThan(allTimes[block], t) | (Vector256.Equals(allTimes[block], t) & Vector256.LessThan(allKeys[block], k));
                before += BitOperations.PopCount(less.ExtractMostSignificantBits());
            }

            slots[before] = from[i];
            taken |= 1UL << before;
        }

        if (taken == (1UL << count) - 1)
            return;
        from.CopyTo(slots); // two have the same key, as only another process could give them: none is before the other
        SortMany(slots);
    }

    private void SortMany(Span<int> slots)
    {
        if (items.Length < slots.Length)
            items = new SortItem[Math.Max(slots.Length, items.Length * 2)];
        for (int i = 0; i < slots.Length; i++)
        {
            ref Message message = ref slab[slots[i]];
            items[i] = new SortItem(message.Time, ignoreTies ? 0 : message.Key, slots[i]);
        }

        items.AsSpan(0, slots.Length).Sort();
        for (int i = 0; i < slots.Length; i++)
            slots[i] = items[i].Slot;
    }

    private readonly record struct SortItem(long Time, ulong Key, int Slot) : IComparable<SortItem>
    {
        public int CompareTo(SortItem other) => Time != other.Time ? Time.CompareTo(other.Time) : Key.CompareTo(other.Key);
    }
}
