using System.Numerics;
using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>Pending messages by bucket of time: four levels of 4,096 slots, each slot of a level as long as the whole level below.</summary>
/// <remarks>
/// With buckets of 2^24 fs the levels reach 69 us, 281 ms, 19 minutes and beyond the range of <see cref="SimTime"/>: no overflow list, no heap. All but the
/// nearest level are allocated when first used. A slot holds its messages in no order; whoever opens a bucket orders them.
/// They lie in blocks of fifteen slot numbers, not in a list through the messages: a reader can then fetch the next message before it has the last.
/// </remarks>
internal sealed class TimingWheel
{
    private const int Bits = 12;
    private const int Slots = 1 << Bits;
    private const int Levels = 4;
    private const int BlockSize = 16; // fifteen slots and, last, what the head was before: a cache line
    private const int Full = BlockSize - 1;
    private readonly int[] nearest = NewLevel();
    private readonly ulong[] nearestOccupied = new ulong[Slots / 64];
    private readonly int[]?[] heads;
    private readonly ulong[][] occupied;
    private readonly MessageSlab slab;
    private readonly int bucketShift;
    private readonly ulong[] summary = new ulong[Levels];
    private int[] blocks = new int[64 * BlockSize];
    private int freeBlock = -1;
    private int blocksUsed;
    private int[] taken = new int[256];
    private long current;

    public TimingWheel(MessageSlab slab, int bucketShift)
    {
        this.slab = slab;
        this.bucketShift = bucketShift;
        heads = new int[]?[Levels];
        heads[0] = nearest; // nearly all messages go there: by a field of its own
        occupied = [nearestOccupied, new ulong[Slots / 64], new ulong[Slots / 64], new ulong[Slots / 64]];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Insert(int slot, ref Message message)
    {
        long bucket = message.Time >> bucketShift;
        long difference = bucket ^ current;
        if (difference >= Slots)
        {
            InsertFar(bucket, difference, slot);
            return;
        }

        int place = (int)bucket & (Slots - 1);
        nearestOccupied[place >> 6] |= 1UL << place;
        summary[0] |= 1UL << (place >> 6);
        Push(ref nearest[place], slot);
    }

    /// <summary>The start of the earliest bucket, or level slot, that holds anything; <see cref="long.MaxValue"/> when nothing does. Moves nothing.</summary>
    public long EarliestBound()
    {
        for (int level = 0; level < Levels; level++)
        {
            int found = Next(level, From(level));
            if (found >= 0)
                return SlotStart(level, found) << bucketShift;
        }

        return long.MaxValue;
    }

    /// <summary>Finds the earliest bucket that starts before <paramref name="limit"/>; -1 if there is none.</summary>
    public long NextBucket(long limit)
    {
        while (true)
        {
            int level = 0;
            int found = -1;
            for (; level < Levels; level++)
            {
                found = Next(level, From(level));
                if (found >= 0)
                    break;
            }

            if (found < 0)
                return -1;
            long start = SlotStart(level, found);
            if (start << bucketShift >= limit)
                return -1;
            current = start;
            if (level == 0)
                return start;
            foreach (int slot in Take(level, found))
                Insert(slot, ref slab[slot]);
        }
    }

    /// <summary>Takes out all messages of a bucket, last inserted first. Good until the next one is taken.</summary>
    public Span<int> TakeBucket(long bucket) => Take(0, (int)bucket & (Slots - 1));

    /// <summary>Takes out everything.</summary>
    public void Drain(Action<int> take)
    {
        for (int level = 0; level < Levels; level++)
        {
            for (int found = Next(level, 0); found >= 0; found = Next(level, 0))
            {
                foreach (int slot in Take(level, found))
                    take(slot);
            }
        }
    }

    /// <summary>Makes an earlier bucket the present.</summary>
    public void Rewind(long bucket)
    {
        if (bucket >= current)
            return;
        var all = new List<int>();
        Drain(all.Add);
        current = bucket;
        foreach (int slot in all)
            Insert(slot, ref slab[slot]);
    }

    private void InsertFar(long bucket, long difference, int slot)
    {
        int level = difference < 1L << (2 * Bits) ? 1 : difference < 1L << (3 * Bits) ? 2 : 3;
        int[] list = heads[level] ??= NewLevel();
        int place = (int)(bucket >> (Bits * level)) & (Slots - 1);
        occupied[level][place >> 6] |= 1UL << place;
        summary[level] |= 1UL << (place >> 6);
        Push(ref list[place], slot);
    }

    private static int[] NewLevel()
    {
        int[] level = new int[Slots];
        Array.Fill(level, -1);
        return level;
    }

    // A head is the block number and, in the lowest four bits, how many slots of the block are in use.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Push(ref int list, int slot)
    {
        int head = list;
        if ((head & Full) == Full)
            head = NewBlock(head);
        blocks[head] = slot;
        list = head + 1;
    }

    private int NewBlock(int before)
    {
        int block = freeBlock;
        if (block >= 0)
        {
            freeBlock = blocks[block + Full];
        }
        else
        {
            block = blocksUsed;
            blocksUsed += BlockSize;
            if (blocksUsed > blocks.Length)
                Array.Resize(ref blocks, blocks.Length * 2);
        }

        blocks[block + Full] = before;
        return block;
    }

    private Span<int> Take(int level, int place)
    {
        int[] list = heads[level]!;
        int count = 0;
        for (int head = list[place]; head >= 0;)
        {
            int block = head & ~Full;
            if (taken.Length < count + BlockSize)
                Array.Resize(ref taken, taken.Length * 2);
            for (int i = head - 1; i >= block; i--)
                taken[count++] = blocks[i];
            head = blocks[block + Full];
            blocks[block + Full] = freeBlock;
            freeBlock = block;
        }

        list[place] = -1;
        ulong[] words = occupied[level];
        words[place >> 6] &= ~(1UL << place);
        if (words[place >> 6] == 0)
            summary[level] &= ~(1UL << (place >> 6));
        return taken.AsSpan(0, count);
    }

    /// <summary>The first occupied place of a level, from a place on; -1 if there is none.</summary>
    private int Next(int level, int from)
    {
        if (from >= Slots)
            return -1;
        ulong[] words = occupied[level];
        int word = from >> 6;
        ulong bits = words[word] & (ulong.MaxValue << from);
        if (bits == 0)
        {
            ulong later = word == 63 ? 0 : summary[level] & (ulong.MaxValue << (word + 1));
            if (later == 0)
                return -1;
            word = BitOperations.TrailingZeroCount(later);
            bits = words[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    // The slot of an upper level that the present lies in has been spread over the level below: it is never looked at again.
    private int From(int level) => level == 0 ? (int)current & (Slots - 1) : ((int)(current >> (Bits * level)) & (Slots - 1)) + 1;

    private long SlotStart(int level, int place)
    {
        int shift = Bits * level;
        return ((current >> (shift + Bits) << Bits) + place) << shift;
    }
}
