using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Host addresses (HPA) of a window: which region has which. The lowest place that fits is taken, at multiples of 256 MiB, and never address 0.</summary>
public static class HostAddresses
{
    /// <summary>What host addresses of a region are aligned to: 256 MiB.</summary>
    public const ulong Alignment = FixedMemoryWindow.Alignment;

    /// <summary>The longest range of a window that no region has.</summary>
    public static ByteSize LargestFree(CxlRootDecoder root)
    {
        ulong largest = 0;
        foreach ((ulong start, ulong end) in Gaps(root))
            largest = Math.Max(largest, end - start);
        return new ByteSize(largest);
    }

    /// <summary>Takes the lowest free range for a region.</summary>
    /// <exception cref="ErrnoException">ERANGE: no free range is so long.</exception>
    internal static void Allocate(CxlRegion region, ByteSize size)
    {
        CxlRootDecoder root = region.Root;
        foreach ((ulong start, ulong end) in Gaps(root))
        {
            ulong at = (Math.Max(start, Alignment) + Alignment - 1) / Alignment * Alignment;
            if (at < end && size.Bytes <= end - at)
            {
                Insert(region, new Hpa(at), size);
                return;
            }
        }

        throw new ErrnoException(
            Errno.ERANGE, $"{region.Name} asks for {size} of host addresses; the largest free range of {root.Name} ({root.Window.Base}, {root.Window.Size}) is {LargestFree(root)}");
    }

    /// <summary>Takes a certain range for a region.</summary>
    /// <exception cref="ErrnoException">ERANGE: not within the window. EBUSY: another region has some of it. EINVAL: not a multiple of 256 MiB.</exception>
    internal static void AllocateAt(CxlRegion region, Hpa start, ByteSize size)
    {
        FixedMemoryWindow window = region.Root.Window;
        if (start.Value % Alignment != 0)
            throw new ErrnoException(Errno.EINVAL, $"base {start} of {region.Name} is not a multiple of 256MiB");
        if (!window.Contains(start.Value) || size.Bytes > window.Size.Bytes - (start.Value - window.Base.Value))
            throw new ErrnoException(Errno.ERANGE, $"{region.Name} asks for {size} at {start}; {region.Root.Name} is {window.Size} at {window.Base}");
        if (ConflictWith(region.Root, start.Value, size.Bytes) is { } other)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} asks for {size} at {start}; {other.Name} has {other.Size} at {other.Base}");
        Insert(region, start, size);
    }

    /// <summary>The region that has some of a range; null if none does.</summary>
    internal static CxlRegion? ConflictWith(CxlRootDecoder root, ulong start, ulong size)
    {
        int after = IndexAfter(root, start);
        if (after > 0 && start - root.ByAddress[after - 1].Base.Value < root.ByAddress[after - 1].Size.Bytes)
            return root.ByAddress[after - 1];
        return after < root.ByAddress.Count && root.ByAddress[after].Base.Value - start < size ? root.ByAddress[after] : null;
    }

    /// <summary>Marks a range as a region's.</summary>
    internal static void Insert(CxlRegion region, Hpa start, ByteSize size)
    {
        region.Root.ByAddress.Insert(IndexAfter(region.Root, start.Value), region);
        (region.Base, region.Size) = (start, size);
    }

    /// <summary>Gives a region's range back.</summary>
    internal static void Release(CxlRegion region)
    {
        if (region.Size.Bytes != 0)
            region.Root.ByAddress.Remove(region);
        (region.Base, region.Size) = (default, default);
    }

    /// <summary>The region that starts at an address of a window; null if none does.</summary>
    internal static CxlRegion? StartingAt(CxlRootDecoder root, ulong start)
    {
        int after = IndexAfter(root, start);
        return after > 0 && root.ByAddress[after - 1].Base.Value == start ? root.ByAddress[after - 1] : null;
    }

    private static IEnumerable<(ulong Start, ulong End)> Gaps(CxlRootDecoder root)
    {
        ulong next = root.Window.Base.Value;
        ulong end = next + root.Window.Size.Bytes;
        foreach (CxlRegion region in root.ByAddress)
        {
            if (region.Base.Value > next)
                yield return (next, region.Base.Value);
            next = Math.Max(next, region.Base.Value + region.Size.Bytes);
        }

        if (next < end)
            yield return (next, end);
    }

    /// <summary>Index of the first region that starts above an address.</summary>
    private static int IndexAfter(CxlRootDecoder root, ulong address)
    {
        int low = 0;
        int high = root.ByAddress.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (root.ByAddress[middle].Base.Value <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
