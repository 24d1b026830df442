using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Regions as nodes of a listing.</summary>
public static class RegionNodes
{
    private const long DaxAlignment = 2 << 20;

    /// <summary>A region.</summary>
    /// <param name="region">The region.</param>
    /// <param name="options">What is shown.</param>
    /// <param name="detailsOf">What the mailbox of a memory device answered.</param>
    public static ListingObject Of(CxlRegion region, ListingOptions options, Func<CxlMemdev, MemdevDetails> detailsOf)
    {
        ListingObject node = new ListingObject().Add("region", region.Name);
        if (region.Size.Bytes != 0)
            node.AddHexadecimal("resource", region.Base.Value); // none yet reads as all ones, which the tool leaves out
        node.AddSize("size", region.Size.Bytes)
            .Add("type", region.IsPersistent ? "pmem" : "ram")
            .Add("interleave_ways", region.Ways)
            .Add("interleave_granularity", region.Granularity)
            .Add("decode_state", region.State == CxlRegionState.Commit ? "commit" : "reset");
        if (!region.Enabled)
            node.Add("state", "disabled");
        if (region.Locked)
            node.Add("locked", true);
        if (options.MediaErrors)
            node.AddUnlessEmpty("media_errors", MediaErrorsOf(region, detailsOf));
        if (options.Targets && region.Ways != 0)
            node.Add("mappings", MappingsOf(region));
        if (options.Dax && region is { IsPersistent: false, Enabled: true })
            node.Add("daxregion", new ListingObject().Add("id", region.Id).AddSize("size", region.Size.Bytes).Add("align", DaxAlignment));
        if (QosClassDiffers(region))
            node.Add("qos_class_mismatch", true);
        return node;
    }

    private static ListingArray MappingsOf(CxlRegion region)
    {
        var mappings = new ListingArray();
        for (int position = 0; position < region.Targets.Count; position++)
        {
            if (region.Targets[position] is not { } decoder)
                continue;
            var mapping = new ListingObject().Add("position", position);
            if (decoder.Port.Memdev is { } memdev)
                mapping.Add("memdev", memdev.Name);
            mappings.Items.Add(mapping.Add("decoder", decoder.Name));
        }

        return mappings;
    }

    private static bool QosClassDiffers(CxlRegion region) => region.Targets.Exists(decoder =>
        decoder?.Port.Memdev is { } memdev
        && (memdev.Partitions.Find(p => p.IsPersistent == region.IsPersistent)?.QosClass ?? -1) != region.Root.Window.QtgId);

    // Poisoned device memory that decoders of the region map, by offset in the region. A range that is longer than a granule is told by its
    // first address.
    private static ListingArray MediaErrorsOf(CxlRegion region, Func<CxlMemdev, MemdevDetails> detailsOf)
    {
        var errors = new ListingArray();
        for (int position = 0; position < region.Targets.Count && region.State == CxlRegionState.Commit; position++)
        {
            if (region.Targets[position] is not { Port.Memdev: { } memdev } decoder || detailsOf(memdev) is not { Poison: { } poison } details)
                continue;
            foreach (PoisonRecord record in poison)
            {
                ulong first = Math.Max(record.Dpa.Value, decoder.DpaBase.Value);
                ulong end = Math.Min(record.Dpa.Value + ((ulong)record.Lines * PoisonList.LineBytes), decoder.DpaBase.Value + decoder.DpaSize.Bytes);
                if (first < end && OffsetOf(region, position, first - decoder.DpaBase.Value) is { } offset)
                    errors.Items.Add(MemdevNodes.MediaErrorOf(offset, (end - first) / PoisonList.LineBytes, record.Source, details.PoisonOverflow));
            }
        }

        return errors;
    }

    private static ulong? OffsetOf(CxlRegion region, int position, ulong deviceOffset)
    {
        if (!Interleave.Of(region.Ways, region.Granularity).TryHostOffsetOf(position, deviceOffset, out ulong offset))
            return null;
        FixedMemoryWindow window = region.Root.Window;
        return window is { Arithmetic: InterleaveArithmetic.Xor, XorMaps: { } maps } ? maps.Transform(region.Base.Value + offset) - region.Base.Value : offset;
    }
}
