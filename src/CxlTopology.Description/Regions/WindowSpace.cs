namespace CxlTopology.Description;

/// <summary>What of a window's addresses is taken.</summary>
internal sealed class WindowSpace(WindowModel window)
{
    // Regions by first address; they do not overlap.
    private readonly List<(ulong Start, RegionDraft Region)> taken = [];

    // The first so many regions follow each other without a gap from the window's base on: nothing is ever freed, so no search begins before
    // them.
    private int packed;
    private ulong packedEnd = window.Base.Value;

    /// <summary>Takes the addresses for a region; the region they belong to already if there is one, else null.</summary>
    public RegionDraft? Take(ulong start, RegionDraft region)
    {
        int index = IndexAfter(start);
        if (index > 0 && taken[index - 1].Start + taken[index - 1].Region.Size.Bytes > start)
            return taken[index - 1].Region;
        if (index < taken.Count && taken[index].Start < start + region.Size.Bytes)
            return taken[index].Region;
        taken.Insert(index, (start, region));
        while (packed < taken.Count && taken[packed].Start == packedEnd)
            packedEnd += taken[packed++].Region.Size.Bytes;
        return null;
    }

    /// <summary>The lowest address at which so many bytes are free; null if there is none.</summary>
    public ulong? FirstFit(ulong size)
    {
        ulong at = packedEnd;
        for (int i = packed; i < taken.Count; i++)
        {
            if (taken[i].Start - at >= size)
                return at;
            at = taken[i].Start + taken[i].Region.Size.Bytes;
        }

        return window.End >= at && window.End - at >= size ? at : null;
    }

    /// <summary>Number of regions that begin at or below an address.</summary>
    private int IndexAfter(ulong start)
    {
        int low = 0;
        int high = taken.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (taken[middle].Start <= start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
