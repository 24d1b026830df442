namespace CxlTopology.Software;

/// <summary>What the ports on the way to a target keep of a region: a decoder each, in order, and the targets that they need.</summary>
public sealed partial class CxlRegions
{
    /// <summary>The host bridge that a port is behind; null if it hangs on none.</summary>
    private static CxlDport? BridgeOf(CxlPort port)
    {
        CxlPort at = port;
        while (at.Parent is { Kind: not CxlPortKind.Root } above)
            at = above;
        return at.ParentDport;
    }

    private static void AttachToPorts(CxlRegion region, int position, CxlEndpointDecoder decoder, CxlDport bridge)
    {
        CxlDport expected = region.Root.Targets[position % region.Root.Targets.Count];
        if (expected != bridge)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{DeviceMemory.MemdevOf(decoder).Name} is behind {bridge.Name}; {region.Root.Name} sends position {position} of {region.Name} to {expected.Name}");
        }

        CxlDport? below = null;
        for (CxlPort port = decoder.Port; port.Kind != CxlPortKind.Root; port = port.Parent!)
        {
            try
            {
                AttachToPort(port, region, decoder, below);
            }
            catch (ErrnoException)
            {
                DetachFromPorts(region, decoder);
                throw;
            }

            below = port.ParentDport;
        }
    }

    private static void AttachToPort(CxlPort port, CxlRegion region, CxlEndpointDecoder decoder, CxlDport? below)
    {
        RegionReference? reference = ReferenceOf(port, region);
        if (reference is null)
        {
            reference = NewReference(port, region, decoder);
            port.References.Add(reference);
            reference.Decoder.Region = region;
            if (reference.Decoder is CxlSwitchDecoder)
                reference.Decoder.TargetType = region.TargetType;
            if (reference.Decoder.Locked)
                region.Locked = true;
        }

        reference.Add(decoder, below);
        if (reference.Decoder is CxlSwitchDecoder { TargetsMax: int most } && reference.TargetCount > most)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{region.Name} needs {reference.TargetCount} targets at {port.Name} with {decoder.Name}; {reference.Decoder.Name} holds {most}");
        }
    }

    private static RegionReference NewReference(CxlPort port, CxlRegion region, CxlEndpointDecoder decoder)
    {
        CxlDecoder? found = port == decoder.Port ? decoder : region.IsAuto ? CommittedFor(port, decoder) : NextFree(port, region);
        foreach (RegionReference other in port.References)
        {
            if (other.Region.Size.Bytes == 0 || other.Region.Base.Value < region.Base.Value)
                continue;
            // What firmware has committed may be found in any order, as long as decoders and addresses ascend together.
            if (region.IsAuto && found is not null && other.Decoder.Instance > found.Instance)
                continue;
            throw new ErrnoException(
                Errno.EBUSY, $"{port.Name} has {other.Region.Name} at {other.Region.Base} already; {region.Name} at {region.Base} would have to be higher, as decoders commit in the order of addresses");
        }

        if (found is null)
            throw NoDecoder(port, region);
        if (found.Region is { } owner)
            throw new ErrnoException(Errno.EBUSY, $"{found.Name} is attached to {owner.Name}; it has to be detached before {region.Name} takes it");
        return new RegionReference { Port = port, Region = region, Decoder = found };
    }

    private static CxlDecoder? NextFree(CxlPort port, CxlRegion region)
    {
        if (HoleIn(port) is not null || port.CommitEnd + 1 >= port.Decoders.Count)
            return null;
        CxlDecoder next = port.Decoders[port.CommitEnd + 1];
        return next.Region is null || next.Region == region ? next : null;
    }

    /// <summary>A decoder that was reset while a later one stayed committed.</summary>
    private static CxlDecoder? HoleIn(CxlPort port)
    {
        for (int i = 0; i < port.CommitEnd; i++)
        {
            if (!port.Decoders[i].Enabled)
                return port.Decoders[i];
        }

        return null;
    }

    private static CxlSwitchDecoder? CommittedFor(CxlPort port, CxlEndpointDecoder decoder)
    {
        foreach (CxlDecoder candidate in port.Decoders)
        {
            if (candidate is CxlSwitchDecoder own && (own.IsPassThrough || (own.Enabled && own.Base == decoder.Base && own.Size == decoder.Size)))
                return own;
        }

        return null;
    }

    private static ErrnoException NoDecoder(CxlPort port, CxlRegion region)
    {
        string why = region.IsAuto ? $"none of its {port.Decoders.Count} decoders is committed for {region.DecodedSize} at {region.Base}"
            : HoleIn(port) is { } hole ? $"{hole.Name} was reset out of order, and decoder{port.Id}.{port.CommitEnd} above it has to be reset first"
            : port.Decoders is [CxlSwitchDecoder { IsPassThrough: true } through] ? $"{through.Name} passes everything through and is {through.Region?.Name}'s; a host bridge without HDM decoders leads to one region"
            : port.CommitEnd + 1 >= port.Decoders.Count ? $"all of its {port.Decoders.Count} are committed"
            : $"{port.Decoders[port.CommitEnd + 1].Name}, the next in order, is reserved for {port.Decoders[port.CommitEnd + 1].Region!.Name}";
        return new ErrnoException(Errno.EBUSY, $"{port.Name} has no decoder for {region.Name}: {why}");
    }

    private static RegionReference? ReferenceOf(CxlPort port, CxlRegion region)
    {
        foreach (RegionReference reference in port.References)
        {
            if (reference.Region == region)
                return reference;
        }

        return null;
    }

    /// <summary>Takes a target out of the ports above it. A port that has no other of the region lets its decoder go, which keeps the range it had, as it keeps ways and targets: Linux shows that until the next region takes it.</summary>
    private static void DetachFromPorts(CxlRegion region, CxlEndpointDecoder decoder)
    {
        for (CxlPort port = decoder.Port; port.Kind != CxlPortKind.Root; port = port.Parent!)
        {
            if (ReferenceOf(port, region) is not { } reference)
                continue;
            reference.Remove(decoder);
            if (reference.Endpoints > 0)
                continue;
            port.References.Remove(reference);
            CxlDecoder freed = reference.Decoder;
            if (freed.Region == region)
                freed.Region = null;
        }
    }
}
