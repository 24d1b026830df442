using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>The host's own memory that is handed out to processes: lowest fit, in pages of 2 MiB.</summary>
public sealed class HostMemory
{
    /// <summary>What is handed out in multiples of: 2 MiB.</summary>
    public const ulong Page = 2UL << 20;

    private const ulong CleanPage = 4096;
    private readonly HashSet<ulong> dirty = []; // pages that were written since they were last cleared
    private readonly SortedDictionary<ulong, ulong> free = []; // length by start

    /// <summary>A range to hand out; nothing by default.</summary>
    public HostMemory(ulong start = 0, ulong length = 0)
    {
        ulong first = (start + Page - 1) / Page * Page;
        ulong end = (start + length) / Page * Page;
        if (end > first)
            free.Add(first, end - first);
    }

    /// <summary>Bytes that are left.</summary>
    public ulong Available => free.Values.Aggregate(0UL, (sum, length) => sum + length);

    /// <summary>The hole in the isolation that a test wants.</summary>
    internal VfioFault Fault { get; init; }

    /// <summary>Somebody wrote to an address: what is there is cleared before anybody else gets it.</summary>
    internal void MarkDirty(ulong address) => dirty.Add(address / CleanPage);

    /// <summary>Clears what others have left in a range.</summary>
    internal async Task Clear(IMemoryBus bus, ulong start, ulong bytes)
    {
        const int LineBytes = 64;
        if (dirty.Count == 0 || Fault == VfioFault.MemoryKept)
            return;
        ulong[] left = [.. dirty.Where(p => p >= start / CleanPage && p < (start + RoundUp(bytes)) / CleanPage).Order()];
        var zeros = new byte[LineBytes];
        foreach (ulong page in left)
        {
            for (ulong line = page * CleanPage; line < (page + 1) * CleanPage; line += LineBytes)
                await bus.WriteMemory(line, zeros);
            dirty.Remove(page);
        }
    }

    /// <summary>Takes a range.</summary>
    /// <exception cref="ErrnoException">EINVAL: of no bytes. ENOMEM: no piece is large enough.</exception>
    public ulong Allocate(ulong bytes)
    {
        if (bytes == 0)
            throw new ErrnoException(Errno.EINVAL, "0 bytes of memory were asked for.");
        ulong needed = RoundUp(bytes);
        foreach ((ulong start, ulong length) in free)
        {
            if (length < needed)
                continue;
            free.Remove(start);
            if (length > needed)
                free.Add(start + needed, length - needed);
            return start;
        }

        throw new ErrnoException(Errno.ENOMEM, $"The host has no {needed:N0} bytes of memory in one piece; it has {Available:N0} left in {free.Count}.");
    }

    /// <summary>Gives a range back.</summary>
    public void Free(ulong start, ulong bytes)
    {
        ulong length = RoundUp(bytes);
        foreach ((ulong other, ulong otherLength) in free.ToArray())
        {
            if (other + otherLength == start)
            {
                free.Remove(other);
                (start, length) = (other, otherLength + length);
            }
            else if (start + length == other)
            {
                free.Remove(other);
                length += otherLength;
            }
        }

        free.Add(start, length);
    }

    private static ulong RoundUp(ulong bytes) => (bytes + Page - 1) / Page * Page;
}
