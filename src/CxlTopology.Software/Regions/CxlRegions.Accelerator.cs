using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Regions of accelerators (type 2), at the request of their driver.</summary>
public sealed partial class CxlRegions
{
    private const ushort BiDecoderCapability = 0xC;

    /// <summary>The window with the longest free range that leads to some memory devices and allows what is asked for.</summary>
    /// <param name="memdevs">The devices by position; their host bridges have to be targets of the window.</param>
    /// <param name="needed">For an accelerator's RAM: <see cref="WindowRestrictions.Type2"/> and <see cref="WindowRestrictions.Volatile"/>.</param>
    /// <exception cref="ErrnoException">ENOMEM: no such window. ENXIO: a device has no endpoint.</exception>
    public (CxlRootDecoder Root, ByteSize Free) FindFreeAddresses(IReadOnlyList<CxlMemdev> memdevs, WindowRestrictions needed)
    {
        (CxlRootDecoder Root, ByteSize Free)? best = null;
        CxlDport?[] bridges = [.. memdevs.Select(m => BridgeOf(EndpointOf(m)))];
        foreach (CxlDecoder decoder in core.Root?.Decoders ?? [])
        {
            if (decoder is not CxlRootDecoder root || (root.Window.Restrictions & needed) != needed || !Array.TrueForAll(bridges, b => b is not null && root.Targets.Contains(b)))
                continue;
            ByteSize free = HostAddresses.LargestFree(root);
            if (best is null || free.Bytes > best.Value.Free.Bytes)
                best = (root, free);
        }

        return best ?? throw new ErrnoException(
            Errno.ENOMEM, $"no window allows {needed} and leads to {string.Join(", ", memdevs.Select(m => m.Name))}");
    }

    /// <summary>Takes device memory for a driver: the next decoder of the device gets it.</summary>
    /// <exception cref="ErrnoException">EINVAL: not a multiple of 256 MiB, or no such partition. ENODEV: all decoders are taken. Else as <see cref="DeviceMemory"/>.</exception>
    public static CxlEndpointDecoder RequestMemory(CxlMemdev memdev, bool isPersistent, ByteSize size)
    {
        if (size.Bytes % DeviceMemory.Unit != 0)
            throw new ErrnoException(Errno.EINVAL, $"{size} of {memdev.Name} is not a multiple of 256MiB");
        CxlPort endpoint = EndpointOf(memdev);
        if (endpoint.Decoders.Find(d => d.Instance == endpoint.HdmEnd + 1) is not CxlEndpointDecoder decoder)
            throw new ErrnoException(Errno.ENODEV, $"{memdev.Name} has no free decoder: all {endpoint.Decoders.Count} have device memory");
        DeviceMemory.SetMode(decoder, isPersistent);
        DeviceMemory.Allocate(decoder, size);
        return decoder;
    }

    /// <summary>Makes a region of an accelerator's memory and commits it. With back-invalidate devices (HDM-DB) the decoders have BI set.</summary>
    /// <param name="root">The window; it allows type 2.</param>
    /// <param name="decoders">The decoders by position, each with the same device memory; Linux takes one.</param>
    /// <param name="granularity">Bytes to one before the next; 0 for the window's.</param>
    /// <param name="at">Where it is to start; null for the lowest free place.</param>
    /// <exception cref="ErrnoException">
    /// ENXIO: the window does not allow type 2, or such memory; or devices with and without back-invalidate are mixed. EINVAL: no decoders, or what <see cref="SetWays"/> says. Else as the steps of a region. What was done is undone; the decoders keep
    /// their device memory.
    /// </exception>
    public async Task<CxlRegion> CreateAcceleratorRegion(CxlRootDecoder root, IReadOnlyList<CxlEndpointDecoder> decoders, int granularity = 0, Hpa? at = null)
    {
        if (decoders.Count == 0)
            throw new ErrnoException(Errno.EINVAL, $"a region of {root.Name} needs 1 to {InterleaveWays.Max} decoders; there are none");
        bool isPersistent = IsPersistent(decoders[0]);
        WindowRestrictions needed = WindowRestrictions.Type2 | (isPersistent ? WindowRestrictions.Persistent : WindowRestrictions.Volatile);
        if ((root.Window.Restrictions & needed) != needed)
            throw new ErrnoException(Errno.ENXIO, $"{root.Name} allows {root.Window.Restrictions}; {decoders[0].Name} of an accelerator needs {needed}");
        bool backInvalidate = IsBackInvalidate(decoders[0]);
        if (decoders.FirstOrDefault(d => IsBackInvalidate(d) != backInvalidate) is { } other)
            throw new ErrnoException(Errno.ENXIO, $"{decoders[0].Name} and {other.Name} cannot share a region: one is coherent by back-invalidate, the other is not");
        CxlRegion region = Add(root, isPersistent, decoders[0].TargetType);
        region.BackInvalidate = backInvalidate;
        try
        {
            SetWays(region, decoders.Count);
            SetGranularity(region, granularity == 0 ? root.Interleave.Granularity : granularity);
            if (isPersistent)
                SetUuid(region, RegionUuid.For(region).ToString());
            SetSize(region, new ByteSize(decoders[0].DpaSize.Bytes * (ulong)decoders.Count), at);
            for (int position = 0; position < decoders.Count; position++)
                Attach(region, position, decoders[position]);
            await Commit(region);
        }
        catch (ErrnoException)
        {
            await Delete(region);
            throw;
        }

        Enable(region);
        return region;
    }

    /// <summary>Attaches the driver of an accelerator to the region that firmware committed for it. The region stays as it is from then on.</summary>
    /// <exception cref="ErrnoException">ENXIO: the device has no such region, or one that it shares with others.</exception>
    public static CxlRegion AttachDriver(CxlMemdev memdev)
    {
        CxlRegion? region = CommittedRegions(memdev).FirstOrDefault(r => r.IsAuto);
        if (region is null)
            throw new ErrnoException(Errno.ENXIO, $"firmware has committed no region of {memdev.Name}; one with this device alone is needed");
        if (region.Ways != 1)
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} of {memdev.Name} has {region.Ways} targets; one with this device alone is needed");
        region.Locked = true;
        memdev.AttachedByDriver = true;
        return region;
    }

    private static CxlPort EndpointOf(CxlMemdev memdev) =>
        memdev.Endpoint ?? throw new ErrnoException(Errno.ENXIO, $"{memdev.Name} has no endpoint: its decoders were not enumerated");

    private static bool IsPersistent(CxlEndpointDecoder decoder) => decoder.Partition >= 0 && DeviceMemory.MemdevOf(decoder).Partitions[decoder.Partition].IsPersistent;

    private static bool IsBackInvalidate(CxlEndpointDecoder decoder) =>
        decoder.TargetType == TargetRangeType.DeviceCoherent && decoder.Port.Location?.AddressOf(BiDecoderCapability) is > 0;
}
