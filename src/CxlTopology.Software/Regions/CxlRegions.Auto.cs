using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Regions that firmware committed: assembled from the decoders as they are found.</summary>
public sealed partial class CxlRegions
{
    /// <inheritdoc/>
    /// <remarks>
    /// The window that covers the decoder's range has a region of exactly that range, or gets one. The decoder waits in its first free position; when all have come they are sorted by where the ports' target lists put them, every
    /// port on the way is compared with what the region needs, and the region is committed as it is, and enabled. If the last does not fit the region stays <see cref="CxlRegionState.InterleaveActive"/>, with its targets.
    /// </remarks>
    public Task Assemble(CxlEndpointDecoder decoder)
    {
        if (!decoder.IsAuto || decoder.Region is not null)
            return Task.CompletedTask;
        CxlRootDecoder root = RootOf(decoder);
        CxlRegion region = RegionOf(root, decoder) ?? Construct(root, decoder);
        AttachAuto(region, decoder);
        return Task.CompletedTask;
    }

    /// <summary>The window that covers what a decoder claims. A window at address 0 may end before it: memory below 4 GiB has a hole.</summary>
    private CxlRootDecoder RootOf(CxlEndpointDecoder decoder)
    {
        foreach (CxlDecoder candidate in core.Root?.Decoders ?? [])
        {
            if (candidate is not CxlRootDecoder { Window: { } window } root || !window.Contains(decoder.Base.Value))
                continue;
            ulong room = window.Size.Bytes - (decoder.Base.Value - window.Base.Value);
            if (decoder.Size.Bytes <= room || (decoder.Base.Value == 0 && window.Base.Value == 0))
                return root;
        }

        throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} is committed for {decoder.Size} at {decoder.Base}, which no window covers");
    }

    private static CxlRegion? RegionOf(CxlRootDecoder root, CxlEndpointDecoder decoder) =>
        HostAddresses.StartingAt(root, decoder.Base.Value) is { } region && region.DecodedSize == decoder.Size ? region : null;

    private CxlRegion Construct(CxlRootDecoder root, CxlEndpointDecoder decoder)
    {
        CxlMemdev memdev = DeviceMemory.MemdevOf(decoder);
        if (decoder.Partition < 0)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} is committed for {decoder.DpaSize} at {decoder.DpaBase} of {memdev.Name}, which lies in none of its partitions");
        ulong room = root.Window.Size.Bytes - (decoder.Base.Value - root.Window.Base.Value);
        ulong size = Math.Min(decoder.Size.Bytes, room);
        if (HostAddresses.ConflictWith(root, decoder.Base.Value, size) is { } other)
            core.Log.Add($"{root.Name}: {decoder.Name} is committed for {decoder.Size} at {decoder.Base}, which overlaps {other.Name} at {other.Base}");
        CxlRegion region = Add(root, memdev.Partitions[decoder.Partition].IsPersistent, decoder.TargetType);
        region.IsAuto = true;
        SetTargets(region, decoder.Interleave.Ways);
        region.Granularity = decoder.Interleave.Granularity;
        HostAddresses.Insert(region, decoder.Base, new ByteSize(size));
        region.DecodedSize = decoder.Size;
        region.State = CxlRegionState.InterleaveActive;
        return region;
    }

    private static void SetTargets(CxlRegion region, int ways)
    {
        region.Ways = ways;
        region.Targets.Clear();
        region.Targets.AddRange(Enumerable.Repeat<CxlEndpointDecoder?>(null, ways));
    }

    private void AttachAuto(CxlRegion region, CxlEndpointDecoder decoder)
    {
        CheckFit(region, decoder);
        if (!region.IsAuto)
            throw new ErrnoException(Errno.EINVAL, $"{decoder.Name} was committed by firmware for the addresses of {region.Name}, which was not; positions of that are explicit");
        Place(region, region.Targets.IndexOf(null), decoder);
        decoder.Region = region;
        if (decoder.Locked)
            region.Locked = true;
        if (region.TargetCount < region.Ways)
            return;
        Sort(region);
        foreach (CxlEndpointDecoder? target in region.Targets)
            AttachWaiting(region, target!);
        SetUpTargets(region);
        region.State = CxlRegionState.Commit;
        if (region.Targets.TrueForAll(t => DeviceMemory.MemdevOf(t!).AttachedByDriver))
            region.Locked = true;
        ReportPositions(region);
        region.Enabled = true;
    }

    /// <summary>Attaches a decoder that waited to its ports; if one does not take it, it waits on.</summary>
    private static void AttachWaiting(CxlRegion region, CxlEndpointDecoder decoder)
    {
        decoder.Region = null; // its port takes it for the region now
        try
        {
            AttachToPorts(region, decoder.Position, decoder, BridgeOf(decoder.Port)!);
        }
        finally
        {
            decoder.Region = region;
        }
    }

    private static void Sort(CxlRegion region)
    {
        CxlEndpointDecoder[] sorted = [.. region.Targets.Select(t => t!).OrderBy(t => PositionOf(region, t))];
        for (int position = 0; position < sorted.Length; position++)
        {
            region.Targets[position] = sorted[position];
            sorted[position].Position = position;
        }
    }

    /// <summary>Where the target lists put an endpoint: from it up to the root, the position so far times the ways of the level above, plus the branch there.</summary>
    private static int PositionOf(CxlRegion region, CxlEndpointDecoder decoder)
    {
        int position = 0;
        for (CxlPort port = decoder.Port; port.Parent is { } parent; port = parent)
        {
            CxlDecoder? above = parent.Kind == CxlPortKind.Root ? region.Root : CommittedFor(parent, decoder);
            List<CxlDport> targets = above switch
            {
                CxlRootDecoder root => root.Targets,
                CxlSwitchDecoder { IsPassThrough: true } => [port.ParentDport!],
                CxlSwitchDecoder own => own.Targets,
                _ => throw new ErrnoException(Errno.ENXIO, $"{parent.Name} has no decoder committed for {decoder.Size} at {decoder.Base}, as {decoder.Name} is"),
            };
            int ways = above is CxlSwitchDecoder { IsPassThrough: true } ? 1 : above.Interleave.Ways;
            int branch = targets.IndexOf(port.ParentDport!);
            if (branch < 0 || branch >= ways)
            {
                throw new ErrnoException(
                    Errno.ENXIO, $"{above.Name} does not lead to {port.ParentDport!.Name}, behind which {decoder.Name} is committed for {decoder.Size} at {decoder.Base}");
            }

            position = position * ways + branch;
        }

        return position;
    }
}
