using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Gives each 4 KiB virtual page a page of the region when it is first touched, and the same one ever after.</summary>
/// <remarks>
/// It has room for the whole pages of the region, and for at most 4,194,304 (16 GiB touched), so that no trace takes all memory; a page
/// more is refused and the map stays as it was. Which page is given depends on the order of first touches alone.
/// </remarks>
public sealed class PageMap
{
    /// <summary>The most pages a map holds, however large the region: 4,194,304.</summary>
    public const int MostPages = 1 << 22;

    private const int PageBits = 12;

    private readonly Dictionary<ulong, ulong> regionPages = [];
    private readonly KeyedPermutation? order;
    private readonly ulong total;
    private readonly ulong chunks;
    private readonly ulong pagesPerChunk;
    private ulong lastVirtual = ulong.MaxValue;
    private ulong lastRegion;

    /// <summary>An empty map; <see cref="ArgumentException"/> if something is outside its range.</summary>
    /// <param name="regionSize">The region: at least one page, at most 2^62 bytes. A part of a page at its end is not used.</param>
    /// <param name="placement">Which page a new virtual page gets.</param>
    /// <param name="chunks">For <see cref="PagePlacement.Interleaved"/>: equal parts of the region, 1 to its pages. Pages left over by the
    /// division come last.</param>
    /// <param name="stream">For <see cref="PagePlacement.Random"/>: where the order is drawn from.</param>
    public PageMap(ByteSize regionSize, PagePlacement placement, int chunks = 1, RandomStream stream = default)
    {
        total = regionSize.Bytes >> PageBits;
        if (total == 0 || regionSize.Bytes > PatternSettings.LargestRegion)
            throw new ArgumentOutOfRangeException(nameof(regionSize), regionSize, "A region for a trace has one 4 KiB page to 2^62 bytes.");
        if (!Enum.IsDefined(placement))
            throw new ArgumentOutOfRangeException(nameof(placement), placement, "Pages are placed sequential, random or interleaved.");
        if (chunks < 1 || (ulong)chunks > total)
        {
            throw new ArgumentOutOfRangeException(
                nameof(chunks), chunks, "A region is interleaved over 1 chunk to as many as it has pages.");
        }
        this.chunks = placement == PagePlacement.Interleaved ? (ulong)chunks : 1;
        pagesPerChunk = total / this.chunks;
        if (placement == PagePlacement.Random)
            order = new KeyedPermutation(total, stream);
    }

    /// <summary>Pages given so far.</summary>
    public int Count => regionPages.Count;

    /// <summary>Pages it can give: those of the region, or <see cref="MostPages"/> if that is less.</summary>
    public int Capacity => (int)Math.Min(total, MostPages);

    /// <summary>Finds, or gives, the region offset of a virtual address; false if its page is new and there is no room for it.</summary>
    /// <param name="address">Any virtual address.</param>
    /// <param name="offset">The same byte's offset in the region; 0 if there is no room.</param>
    public bool TryMap(ulong address, out ulong offset)
    {
        ulong page = address >> PageBits;
        if (page != lastVirtual)
        {
            if (!regionPages.TryGetValue(page, out ulong regionPage))
            {
                if (regionPages.Count == Capacity)
                {
                    offset = 0;
                    return false;
                }

                regionPage = Place((ulong)regionPages.Count);
                regionPages.Add(page, regionPage);
            }

            lastVirtual = page;
            lastRegion = regionPage << PageBits;
        }

        offset = lastRegion | (address & (Access.PageBytes - 1));
        return true;
    }

    private ulong Place(ulong touch)
    {
        if (order is not null)
            return order[touch];
        return touch < chunks * pagesPerChunk ? touch % chunks * pagesPerChunk + touch / chunks : touch;
    }
}
