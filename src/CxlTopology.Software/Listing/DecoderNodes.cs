using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Decoders and their targets as nodes of a listing.</summary>
internal static class DecoderNodes
{
    public static ListingObject Of(CxlDecoder decoder, ListingOptions options, MemdevSelection selection)
    {
        var node = new ListingObject().Add("decoder", decoder.Name);
        if (decoder.Size.Bytes != 0)
            node.AddHexadecimal("resource", decoder.Base.Value).AddSize("size", decoder.Size.Bytes);
        node.Add("interleave_ways", decoder.Interleave.Ways);
        if (decoder.Interleave.Ways > 1)
            node.Add("interleave_granularity", decoder.Interleave.Granularity);
        if (decoder.Region is { } region)
            node.Add("region", region.Name);
        if (decoder.Size.Bytes == 0)
            node.Add("state", "disabled");
        switch (decoder)
        {
            case CxlEndpointDecoder endpoint:
                AddDeviceMemory(node, endpoint);
                break;
            case CxlRootDecoder root:
                AddWindow(node, root);
                AddTargets(node, root.Targets, options, selection);
                break;
            case CxlSwitchDecoder port:
                AddTargets(node, port.Targets, options, selection);
                break;
        }

        return node;
    }

    /// <summary>The largest range of a window that no region has.</summary>
    public static ulong MaxAvailableExtent(CxlRootDecoder root)
    {
        ulong next = root.Base.Value;
        ulong largest = 0;
        foreach (CxlRegion region in root.Regions.Where(r => r.Size.Bytes != 0).OrderBy(r => r.Base.Value))
        {
            largest = Math.Max(largest, region.Base.Value - next);
            next = region.Base.Value + region.Size.Bytes;
        }

        return Math.Max(largest, root.Base.Value + root.Size.Bytes - next);
    }

    private static void AddDeviceMemory(ListingObject node, CxlEndpointDecoder decoder)
    {
        if (decoder.DpaSize.Bytes != 0)
            node.AddHexadecimal("dpa_resource", decoder.DpaBase.Value).AddSize("dpa_size", decoder.DpaSize.Bytes);
        if (decoder.Port.Memdev is { } memdev && decoder.Partition >= 0 && decoder.Partition < memdev.Partitions.Count)
            node.Add("mode", memdev.Partitions[decoder.Partition].IsPersistent ? "pmem" : "ram");
    }

    private static void AddWindow(ListingObject node, CxlRootDecoder root)
    {
        WindowRestrictions allowed = root.Window.Restrictions;
        if (allowed.HasFlag(WindowRestrictions.Type3))
        {
            node.AddSize("max_available_extent", MaxAvailableExtent(root));
            if (allowed.HasFlag(WindowRestrictions.Persistent))
                node.Add("pmem_capable", true);
            if (allowed.HasFlag(WindowRestrictions.Volatile))
                node.Add("volatile_capable", true);
        }

        if (allowed.HasFlag(WindowRestrictions.Type2))
            node.Add("accelmem_capable", true);
        node.Add("qos_class", root.Window.QtgId);
    }

    private static void AddTargets(ListingObject node, List<CxlDport> targets, ListingOptions options, MemdevSelection selection)
    {
        node.Add("nr_targets", targets.Count);
        if (!options.Targets || targets.Count == 0)
            return;
        var entries = new ListingArray();
        for (int position = 0; position < targets.Count; position++)
        {
            CxlDport target = targets[position];
            if (!selection.Includes(target))
                continue;
            var entry = new ListingObject().Add("target", target.Name);
            if (target.FirmwareNode is { } alias)
                entry.Add("alias", alias);
            entries.Items.Add(entry.Add("position", position).AddHexadecimal("id", (uint)target.Id));
        }

        node.Add("targets", entries);
    }
}
