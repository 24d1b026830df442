using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What the <c>cxl</c> tool does with regions, in its order of steps: <c>create-region</c>, <c>enable-region</c>, <c>disable-region</c>, <c>destroy-region</c>.</summary>
/// <param name="regions">The regions of the core.</param>
public sealed class RegionCommands(CxlRegions regions)
{
    /// <summary>
    /// <c>cxl create-region</c>: makes a region, gives it granularity, ways, a uuid and a size, takes device memory for a free decoder of each device, attaches them, commits and enables. If a step fails, what was done is
    /// undone, device memory too. Devices with accelerators (type 2) are made a region as their driver would.
    /// </summary>
    /// <exception cref="ErrnoException">
    /// EINVAL: the window does not take such memory, more ways than devices, a size that does not divide, or another granularity than that of a window of several ways. ENXIO: no device, no size, or no free decoder. ENOSPC: the window has no free range
    /// so long. Else what the steps say.
    /// </exception>
    public async Task<CxlRegion> Create(RegionRequest request)
    {
        bool isPersistent = KindOf(request);
        List<CxlMemdev> memdevs = Choose(request, isPersistent);
        ByteSize size = request.Base is null ? WhatFits(request, SizeOf(request, memdevs, isPersistent), memdevs.Count) : SizeOf(request, memdevs, isPersistent);
        int granularity = GranularityOf(request);
        if (memdevs[0].IsAccelerator)
            return await CreateForAccelerators(request, memdevs, isPersistent, size, granularity);
        CxlRegion region = regions.Create(request.Root, isPersistent);
        var taken = new List<CxlEndpointDecoder>();
        try
        {
            regions.SetGranularity(region, granularity);
            regions.SetWays(region, memdevs.Count);
            if (isPersistent)
                regions.SetUuid(region, request.Uuid ?? RegionUuid.For(region).ToString());
            regions.SetSize(region, size, request.Base);
            for (int position = 0; position < memdevs.Count; position++)
            {
                CxlEndpointDecoder decoder = FreeDecoder(memdevs[position]);
                TakeMemory(decoder, isPersistent, new ByteSize(size.Bytes / (ulong)memdevs.Count));
                taken.Add(decoder);
                regions.Attach(region, position, decoder);
            }

            await regions.Commit(region);
            regions.Enable(region);
        }
        catch (ErrnoException)
        {
            await regions.Delete(region);
            GiveBack(taken);
            throw;
        }

        return region;
    }

    /// <summary><c>cxl enable-region</c>.</summary>
    /// <exception cref="ErrnoException">ENXIO: it is not committed.</exception>
    public void Enable(CxlRegion region) => regions.Enable(region);

    /// <summary><c>cxl disable-region</c>.</summary>
    public void Disable(CxlRegion region) => regions.Disable(region);

    /// <summary><c>cxl destroy-region</c>: decommits, detaches every target and frees its device memory, then deletes the region.</summary>
    /// <param name="region">The region.</param>
    /// <param name="force">Disable it first if it is enabled.</param>
    /// <exception cref="ErrnoException">
    /// EBUSY: it is enabled, and not forced; or a later decoder of a device has device memory, which has to be given back before. EPERM: it is locked. ENXIO: a position has no target.
    /// </exception>
    public async Task Destroy(CxlRegion region, bool force = false)
    {
        if (region.Enabled)
        {
            if (!force)
                throw new ErrnoException(Errno.EBUSY, $"{region.Name} is active; it has to be disabled, or the destruction forced");
            regions.Disable(region);
        }

        await regions.Decommit(region);
        for (int position = 0; position < region.Ways; position++)
        {
            CxlEndpointDecoder decoder = region.Targets[position]
                ?? throw new ErrnoException(Errno.ENXIO, $"target{position} of {region.Name} is empty; all {region.Ways} were expected");
            await regions.Detach(region, position);
            DeviceMemory.SetSize(decoder, default);
        }

        await regions.Delete(region);
    }

    private static bool KindOf(RegionRequest request)
    {
        WindowRestrictions allowed = request.Root.Window.Restrictions;
        bool isPersistent = request.IsPersistent ?? (allowed & WindowRestrictions.Persistent) != 0;
        WindowRestrictions needed = isPersistent ? WindowRestrictions.Persistent : WindowRestrictions.Volatile;
        if ((allowed & needed) == 0)
            throw new ErrnoException(Errno.EINVAL, $"{request.Root.Name} is not {DeviceMemory.ModeName(isPersistent)} capable: its window allows {allowed}");
        return isPersistent;
    }

    private List<CxlMemdev> Choose(RegionRequest request, bool isPersistent)
    {
        List<CxlMemdev> memdevs = [.. request.Memdevs];
        if (memdevs.Count == 0)
            memdevs.AddRange(regions.Core.Memdevs.Where(m => m.Endpoint is { } e && IsBelow(request.Root, e) && CapacityOf(m, isPersistent) > 0));
        int ways = request.Ways ?? Math.Max(request.Memdevs.Count, 1);
        if (ways < 1)
            throw new ErrnoException(Errno.EINVAL, $"{ways} interleave ways are asked for; they are one of {string.Join(", ", InterleaveWays.All)}");
        if (memdevs.Count == 0)
            throw new ErrnoException(Errno.ENXIO, $"there is no active memory device with {DeviceMemory.ModeName(isPersistent)} below {request.Root.Name}");
        if (ways > memdevs.Count || (request.Memdevs.Count > 0 && ways != memdevs.Count))
            throw new ErrnoException(Errno.EINVAL, $"{ways} interleave ways are asked for, and {memdevs.Count} memory devices {(request.Memdevs.Count > 0 ? "given" : "found")}; there has to be one for each");
        memdevs.RemoveRange(ways, memdevs.Count - ways);
        return memdevs;
    }

    private static bool IsBelow(CxlRootDecoder root, CxlPort endpoint)
    {
        CxlPort at = endpoint;
        while (at.Parent is { Kind: not CxlPortKind.Root } above)
            at = above;
        return at.ParentDport is { } bridge && root.Targets.Contains(bridge);
    }

    private static ulong CapacityOf(CxlMemdev memdev, bool isPersistent) => memdev.Partitions.Find(p => p.IsPersistent == isPersistent)?.Size.Bytes ?? 0;

    private static ByteSize SizeOf(RegionRequest request, List<CxlMemdev> memdevs, bool isPersistent)
    {
        if (request.Size is { Bytes: > 0 } size)
        {
            if (size.Bytes % (ulong)memdevs.Count != 0)
                throw new ErrnoException(Errno.EINVAL, $"the size {size} is not a multiple of the {memdevs.Count} interleave ways");
            return size;
        }

        ulong least = memdevs.Min(m => CapacityOf(m, isPersistent));
        if (least == 0)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"no size is given, and {memdevs.First(m => CapacityOf(m, isPersistent) == 0).Name} has no {DeviceMemory.ModeName(isPersistent)} to tell it by");
        }

        return new ByteSize(least * (ulong)memdevs.Count);
    }

    /// <summary>A size that nobody asked for is cut to what the window has free.</summary>
    private static ByteSize WhatFits(RegionRequest request, ByteSize size, int ways)
    {
        ByteSize free = HostAddresses.LargestFree(request.Root);
        if (size.Bytes <= free.Bytes)
            return size;
        ulong cut = free.Bytes - (free.Bytes % (HostAddresses.Alignment * (ulong)ways));
        return request.Size is null && cut > 0
            ? new ByteSize(cut)
            : throw new ErrnoException(Errno.ENOSPC, $"a region of {size} is asked for; the largest free range of {request.Root.Name} is {free}");
    }

    private static int GranularityOf(RegionRequest request)
    {
        Interleave root = request.Root.Interleave;
        int granularity = request.Granularity ?? root.Granularity;
        if (root.Ways > 1 && granularity != root.Granularity)
            throw new ErrnoException(Errno.EINVAL, $"a granularity of {granularity} is asked for; below the {root.Ways} ways of {request.Root.Name} only its own, {root.Granularity}, is possible");
        return granularity;
    }

    /// <summary>The first decoder of a device that claims no host addresses.</summary>
    private static CxlEndpointDecoder FreeDecoder(CxlMemdev memdev)
    {
        CxlPort endpoint = memdev.Endpoint ?? throw new ErrnoException(Errno.ENXIO, $"{memdev.Name} has no endpoint: its decoders were not enumerated");
        foreach (CxlDecoder decoder in endpoint.Decoders)
        {
            if (decoder is CxlEndpointDecoder { Size.Bytes: 0, Region: null } free)
                return free;
        }

        throw new ErrnoException(Errno.ENXIO, $"{memdev.Name} has no free decoder: all {endpoint.Decoders.Count} are in use");
    }

    private static void TakeMemory(CxlEndpointDecoder decoder, bool isPersistent, ByteSize size)
    {
        CxlMemdev memdev = DeviceMemory.MemdevOf(decoder);
        if (decoder.Partition < 0 || memdev.Partitions[decoder.Partition].IsPersistent != isPersistent)
        {
            DeviceMemory.SetSize(decoder, default);
            DeviceMemory.SetMode(decoder, isPersistent);
        }

        DeviceMemory.SetSize(decoder, size);
    }

    /// <summary>Frees the device memory of decoders, the last taken first; one that a failed reset left behind keeps it.</summary>
    private static void GiveBack(List<CxlEndpointDecoder> taken)
    {
        for (int i = taken.Count - 1; i >= 0; i--)
        {
            if (!taken[i].Enabled && taken[i].Instance == taken[i].Port.HdmEnd)
                DeviceMemory.SetSize(taken[i], default);
        }
    }

    private async Task<CxlRegion> CreateForAccelerators(RegionRequest request, List<CxlMemdev> memdevs, bool isPersistent, ByteSize size, int granularity)
    {
        var taken = new List<CxlEndpointDecoder>();
        try
        {
            foreach (CxlMemdev memdev in memdevs)
                taken.Add(CxlRegions.RequestMemory(memdev, isPersistent, new ByteSize(size.Bytes / (ulong)memdevs.Count)));
            return await regions.CreateAcceleratorRegion(request.Root, taken, granularity, request.Base);
        }
        catch (ErrnoException)
        {
            GiveBack(taken);
            throw;
        }
    }
}
