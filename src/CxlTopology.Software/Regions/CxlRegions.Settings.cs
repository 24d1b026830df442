using System.Globalization;
using System.Numerics;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What is set of a region before it has targets: ways, granularity, uuid, size.</summary>
public sealed partial class CxlRegions
{
    /// <summary>Sets the number of targets (<c>interleave_ways</c>).</summary>
    /// <param name="region">Without host addresses yet.</param>
    /// <param name="ways">1, 2, 3, 4, 6, 8, 12 or 16, and the window's ways times a power of two.</param>
    /// <exception cref="ErrnoException">EINVAL: not such a number. EBUSY: the region has host addresses, or targets.</exception>
    public void SetWays(CxlRegion region, int ways)
    {
        CheckAlive(region);
        if (!InterleaveWays.TryEncode(ways, out _))
            throw new ErrnoException(Errno.EINVAL, $"{ways} interleave ways of {region.Name} are not one of {string.Join(", ", InterleaveWays.All)}");
        int root = region.Root.Interleave.Ways;
        if (ways % root != 0 || !BitOperations.IsPow2(ways / root))
            throw new ErrnoException(Errno.EINVAL, $"{ways} interleave ways of {region.Name} are not a power of two times the {root} ways of {region.Root.Name}");
        if (region.State >= CxlRegionState.InterleaveActive || region.TargetCount > 0)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has {Holdings(region)}; its ways can change before that");
        region.Ways = ways;
        region.Targets.Clear();
        region.Targets.AddRange(Enumerable.Repeat<CxlEndpointDecoder?>(null, ways));
    }

    /// <summary>Sets the bytes to one target before the next (<c>interleave_granularity</c>).</summary>
    /// <param name="region">Without host addresses yet.</param>
    /// <param name="granularity">256 to 16384, a power of two; in a window of more than one way, the window's.</param>
    /// <exception cref="ErrnoException">EINVAL: not such a number. EBUSY: the region has host addresses, or targets.</exception>
    public void SetGranularity(CxlRegion region, int granularity)
    {
        CheckAlive(region);
        if (!InterleaveGranularity.TryEncode(granularity, out _))
            throw new ErrnoException(Errno.EINVAL, $"the granularity {granularity} of {region.Name} is not one of {string.Join(", ", InterleaveGranularity.All)} bytes");
        Interleave root = region.Root.Interleave;
        if (root.Ways > 1 && granularity != root.Granularity)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"the granularity {granularity} of {region.Name} is not that of {region.Root.Name}, which interleaves {root.Ways} ways: {root.Granularity} bytes");
        }

        if (region.State >= CxlRegionState.InterleaveActive || region.TargetCount > 0)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has {Holdings(region)}; its granularity can change before that");
        region.Granularity = granularity;
    }

    /// <summary>Sets the uuid of a PMEM region.</summary>
    /// <param name="region">Of PMEM.</param>
    /// <param name="uuid">36 characters; the same as before changes nothing.</param>
    /// <exception cref="ErrnoException">EACCES: a RAM region. EINVAL: not a uuid, or the null uuid. EBUSY: another region has it, or this one has all its targets.</exception>
    public void SetUuid(CxlRegion region, string uuid)
    {
        CheckAlive(region);
        if (!region.IsPersistent)
            throw new ErrnoException(Errno.EACCES, $"{region.Name} is of RAM; a uuid is for PMEM");
        const int Characters = 36;
        if (uuid.Length != Characters || !Guid.TryParseExact(uuid, "D", out Guid value))
            throw new ErrnoException(Errno.EINVAL, $"'{uuid}' for {region.Name} is not a uuid of {Characters} characters");
        if (value == Guid.Empty)
            throw new ErrnoException(Errno.EINVAL, $"the uuid of {region.Name} must not be the null uuid");
        if (region.Uuid == value)
            return;
        if (region.State >= CxlRegionState.Active)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has all its targets; its uuid can change before that");
        if (uuids.TryGetValue(value, out CxlRegion? other))
            throw new ErrnoException(Errno.EBUSY, $"{other.Name} has the uuid {value} already; {region.Name} needs one of its own");
        if (region.Uuid is { } before)
            uuids.Remove(before);
        region.Uuid = value;
        uuids.Add(value, region);
    }

    /// <summary>Gives a region host addresses (<c>size</c>), the lowest of its window that are free; 0 gives them back.</summary>
    /// <param name="region">With ways, granularity and, of PMEM, a uuid.</param>
    /// <param name="size">A multiple of 256 MiB times the ways; the same as before changes nothing.</param>
    /// <param name="at">Where the region is to start, past what Linux offers; null for the lowest free place.</param>
    /// <exception cref="ErrnoException">
    /// ENXIO: ways, granularity or uuid are missing. EINVAL: not such a multiple. EBUSY: the region has another size, or (for 0) all its targets. ERANGE: no such range is free in the window.
    /// </exception>
    public void SetSize(CxlRegion region, ByteSize size, Hpa? at = null)
    {
        CheckAlive(region);
        if (size.Bytes == 0)
        {
            ReleaseAddresses(region);
            return;
        }

        if (region.Size == size && (at is null || at == region.Base))
            return;
        if (region.Size.Bytes != 0)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has a size of {region.Size}; it takes {size} after it was set to 0");
        if (region.State >= CxlRegionState.InterleaveActive)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} is {region.State}; its size is set while it is Idle");
        CheckSettings(region);
        if (size.Bytes % (HostAddresses.Alignment * (ulong)region.Ways) != 0)
            throw new ErrnoException(Errno.EINVAL, $"the size {size} of {region.Name} is not a multiple of {region.Ways} ways of 256MiB");
        if (at is { } start)
            HostAddresses.AllocateAt(region, start, size);
        else
            HostAddresses.Allocate(region, size);
        region.DecodedSize = size;
        region.State = CxlRegionState.InterleaveActive;
    }

    private static void CheckSettings(CxlRegion region)
    {
        string? missing = region switch
        {
            { Ways: 0 } => "interleave_ways",
            { Granularity: 0 } => "interleave_granularity",
            { IsPersistent: true, Uuid: null } => "uuid",
            _ => null,
        };
        if (missing is not null)
            throw new ErrnoException(Errno.ENXIO, $"{missing} of {region.Name} is not set; it has to be before the size");
    }

    private static void ReleaseAddresses(CxlRegion region)
    {
        if (region.Size.Bytes == 0)
            return;
        if (region.State >= CxlRegionState.Active)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has all its targets; its size of {region.Size} can be set to 0 after one is detached");
        HostAddresses.Release(region);
        region.DecodedSize = default;
        region.State = CxlRegionState.Idle;
    }

    private static string Holdings(CxlRegion region) => region.State >= CxlRegionState.InterleaveActive
        ? $"a size of {region.Size}"
        : string.Create(CultureInfo.InvariantCulture, $"{region.TargetCount} targets");
}
