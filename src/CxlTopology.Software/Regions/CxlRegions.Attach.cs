using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Which decoders take part in a region: attach and detach, and what each port on the way keeps of it.</summary>
public sealed partial class CxlRegions
{
    /// <summary>Attaches a decoder by name at a position: what writing it to <c>targetN</c> does.</summary>
    /// <exception cref="ErrnoException">ENODEV: no such decoder. EINVAL: not one of an endpoint. Else as the other form.</exception>
    public void Attach(CxlRegion region, int position, string decoder)
    {
        CheckAlive(region);
        CxlDecoder found = FindDecoder(decoder) ?? throw new ErrnoException(Errno.ENODEV, $"there is no {decoder} to be target{position} of {region.Name}.");
        if (found is not CxlEndpointDecoder endpoint)
            throw new ErrnoException(Errno.EINVAL, $"{decoder} belongs to {found.Port.Name}; target{position} of {region.Name} has to be a decoder of an endpoint.");
        Attach(region, position, endpoint);
    }

    /// <summary>
    /// Attaches a decoder at a position. With the last one, ways and granularity of every port on the way are worked out; if that fails the targets stay attached, and the region stays
    /// <see cref="CxlRegionState.InterleaveActive"/>.
    /// </summary>
    /// <param name="region">With a size.</param>
    /// <param name="position">0 to ways - 1.</param>
    /// <param name="decoder">With device memory of the region's kind.</param>
    /// <exception cref="ErrnoException">
    /// ENXIO: the endpoint cannot interleave so; the region has no size; the device is behind a host bridge that the window does not send there; types differ; no device memory; no such position; a port has too few targets; the levels
    /// do not fit. ENODEV: the decoder has no partition. EINVAL: RAM and PMEM mixed; all positions taken; sizes differ; an automatic region; a port would have a number of targets that is no power of two, or a granularity above 16 KiB. EBUSY:
    /// the region has all its targets; the position, the device or the decoder is taken; a port has no decoder in order, or a region at higher addresses.
    /// </exception>
    public void Attach(CxlRegion region, int position, CxlEndpointDecoder decoder)
    {
        CheckAlive(region);
        CxlDport bridge = CheckFit(region, decoder);
        if (region.IsAuto)
            throw new ErrnoException(Errno.EINVAL, $"{decoder.Name} cannot be target{position} of {region.Name}: that was assembled from what firmware committed, and takes no explicit positions.");
        if (position < 0 || position >= region.Ways)
            throw new ErrnoException(Errno.ENXIO, $"target{position} of {region.Name} does not exist; it has targets 0 to {region.Ways - 1}.");
        if (region.Targets[position] == decoder)
            return;
        CheckFree(region, position, decoder);
        AttachToPorts(region, position, decoder, bridge);
        Place(region, position, decoder);
        if (region.TargetCount == region.Ways)
        {
            SetUpTargets(region);
            region.State = CxlRegionState.Active;
        }

        (decoder.Interleave, decoder.Base, decoder.Size) = (Interleave.Of(region.Ways, region.Granularity), region.Base, region.Size);
        if (region.State == CxlRegionState.Active)
            ReportPositions(region);
    }

    /// <summary>Detaches the target at a position: what writing an empty line to <c>targetN</c> does. Of a committed region all decoders are reset, and its driver is released. Nothing happens if there is no target.</summary>
    /// <exception cref="ErrnoException">ENXIO: no such position.</exception>
    public async Task Detach(CxlRegion region, int position)
    {
        CheckAlive(region);
        if (position < 0 || position >= region.Ways)
            throw new ErrnoException(Errno.ENXIO, $"target{position} of {region.Name} does not exist; it has {region.Ways} ways.");
        if (region.Targets[position] is { } decoder)
            await DetachDecoder(region, decoder);
    }

    /// <inheritdoc/>
    public async Task Invalidate(CxlEndpointDecoder decoder)
    {
        decoder.Partition = -1;
        if (decoder.Region is { } region)
            await DetachDecoder(region, decoder);
    }

    private CxlDecoder? FindDecoder(string name)
    {
        const string Prefix = "decoder";
        string[] parts = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..].Split('.') : [];
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int instance))
            return null;
        CxlPort? found = core.Root?.Id == port ? core.Root : core.Ports.Find(p => p.Id == port);
        return found?.Decoders.Find(d => d.Instance == instance);
    }

    /// <summary>Whether a decoder suits a region, wherever it is placed. The host bridge that it is behind.</summary>
    private static CxlDport CheckFit(CxlRegion region, CxlEndpointDecoder decoder)
    {
        CheckCapability(region, decoder, region.Ways, region.Granularity);
        CxlMemdev memdev = DeviceMemory.MemdevOf(decoder);
        if (decoder.Partition < 0)
            throw new ErrnoException(Errno.ENODEV, $"{decoder.Name} of {memdev.Name} has no partition: its mode has to be {DeviceMemory.ModeName(region.IsPersistent)} for {region.Name}.");
        bool isPersistent = memdev.Partitions[decoder.Partition].IsPersistent;
        if (isPersistent != region.IsPersistent)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"{decoder.Name} has {DeviceMemory.ModeName(isPersistent)} of {memdev.Name}; {region.Name} takes {DeviceMemory.ModeName(region.IsPersistent)}.");
        }

        if (region.State > CxlRegionState.InterleaveActive)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has all of its {region.Ways} targets, and takes {decoder.Name} after one is detached.");
        if (region.State < CxlRegionState.InterleaveActive)
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} has no size yet; that has to be set before {decoder.Name} is attached.");
        if (region.TargetCount >= region.Ways)
            throw new ErrnoException(Errno.EINVAL, $"all {region.Ways} positions of {region.Name} are taken; {decoder.Name} can be attached after a target is detached.");
        CxlDport? bridge = BridgeOf(decoder.Port);
        if (bridge is null || !region.Root.Targets.Contains(bridge))
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{memdev.Name} is behind {bridge?.Name ?? "no host bridge"}; {region.Root.Name} leads to {string.Join(", ", region.Root.Targets.Select(t => t.Name))}.");
        }

        if (decoder.TargetType != region.TargetType)
            throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} of {memdev.Name} is {NameOf(decoder.TargetType)}; {region.Name} is {NameOf(region.TargetType)}.");
        if (decoder.DpaSize.Bytes == 0)
            throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} has no device memory; it needs {new ByteSize(region.Size.Bytes / (ulong)region.Ways)} for {region.Name}.");
        if (decoder.DpaSize.Bytes * (ulong)region.Ways != region.DecodedSize.Bytes)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"dpa_size {decoder.DpaSize} of {decoder.Name} times {region.Ways} ways is not the {region.Size} of {region.Name}; {new ByteSize(region.Size.Bytes / (ulong)region.Ways)} would be.");
        }

        return bridge;
    }

    private static string NameOf(TargetRangeType type) => type == TargetRangeType.HostOnly ? "host-only coherent (expander)" : "device coherent (accelerator)";

    /// <summary>Whether the hardware of a decoder can select by this interleave.</summary>
    private static void CheckCapability(CxlRegion region, CxlDecoder decoder, int ways, int granularity)
    {
        CxlPort port = decoder.Port;
        if (decoder is CxlSwitchDecoder { IsPassThrough: true } || !InterleaveWays.TryEncode(ways, out _) || !InterleaveGranularity.TryEncode(granularity, out _))
            return; // takes everything; or the region has neither yet, which is found later
        if (decoder is CxlEndpointDecoder { IsDvsecRange: true })
        {
            if (ways > 1)
                throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} is a range of the device DVSEC, which has 1 way; {region.Name} has {ways}.");
            return;
        }

        uint word = port.Capability.Word;
        if (!port.Capability.SupportsWays(ways))
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{decoder.Name} cannot interleave {ways} ways for {region.Name}: HDM decoder capability 0x{word:x8} of {port.Name} lacks {(ways == 16 ? "bit 12 (16 ways)" : "bit 11 (3, 6 and 12 ways)")}.");
        }

        if (!port.Capability.SupportsAddressBitsOf(Interleave.Of(ways, granularity)))
        {
            throw new ErrnoException(
                Errno.ENXIO,
                $"{decoder.Name} cannot interleave {ways} ways of {granularity} bytes for {region.Name}: HDM decoder capability 0x{word:x8} of {port.Name} selects by address bits 0x{port.Capability.InterleaveAddressBits:x} (bit 8: 11 to 8, bit 9: 14 to 12).");
        }
    }

    private static void CheckFree(CxlRegion region, int position, CxlEndpointDecoder decoder)
    {
        if (region.Targets[position] is { } taken)
            throw new ErrnoException(Errno.EBUSY, $"target{position} of {region.Name} is {taken.Name}; that has to be detached before {decoder.Name} is attached.");
        CxlMemdev memdev = DeviceMemory.MemdevOf(decoder);
        if (region.Targets.Find(t => t is not null && t.Port == decoder.Port) is { } same)
            throw new ErrnoException(Errno.EBUSY, $"{memdev.Name} is in {region.Name} already, at position {same.Position} by {same.Name}; a device takes part once.");
    }

    private static void Place(CxlRegion region, int position, CxlEndpointDecoder decoder)
    {
        region.Targets[position] = decoder;
        decoder.Position = position;
        region.TargetCount++;
    }

    /// <summary>The host bridge that a port is behind; null if it hangs on none.</summary>
    private static CxlDport? BridgeOf(CxlPort port)
    {
        CxlPort at = port;
        while (at.Parent is { Kind: not CxlPortKind.Root } above)
            at = above;
        return at.ParentDport;
    }

    private void AttachToPorts(CxlRegion region, int position, CxlEndpointDecoder decoder, CxlDport bridge)
    {
        CxlDport expected = region.Root.Targets[position % region.Root.Targets.Count];
        if (expected != bridge)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{DeviceMemory.MemdevOf(decoder).Name} is behind {bridge.Name}; {region.Root.Name} sends position {position} of {region.Name} to {expected.Name}.");
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
                Errno.ENXIO, $"{region.Name} needs {reference.TargetCount} targets at {port.Name} with {decoder.Name}; {reference.Decoder.Name} holds {most}.");
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
                Errno.EBUSY, $"{port.Name} has {other.Region.Name} at {other.Region.Base} already; {region.Name} at {region.Base} would have to be higher, as decoders commit in the order of addresses.");
        }

        if (found is null)
            throw NoDecoder(port, region);
        if (found.Region is { } owner)
            throw new ErrnoException(Errno.EBUSY, $"{found.Name} is attached to {owner.Name}; it has to be detached before {region.Name} takes it.");
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
            : port.CommitEnd + 1 >= port.Decoders.Count ? $"all of its {port.Decoders.Count} are committed"
            : $"{port.Decoders[port.CommitEnd + 1].Name}, the next in order, is reserved for {port.Decoders[port.CommitEnd + 1].Region!.Name}";
        return new ErrnoException(Errno.EBUSY, $"{port.Name} has no decoder for {region.Name}: {why}.");
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
            if (freed is CxlSwitchDecoder && !freed.Enabled)
                (freed.Base, freed.Size) = (default, default);
        }
    }

    private async Task DetachDecoder(CxlRegion region, CxlEndpointDecoder decoder)
    {
        if (region.State > CxlRegionState.Active)
        {
            await ResetDecoders(region);
            region.State = CxlRegionState.Active;
        }

        DetachFromPorts(region, decoder);
        if (region.State == CxlRegionState.Active)
        {
            region.State = CxlRegionState.InterleaveActive;
            TearDownTargets(region);
        }

        region.Targets[decoder.Position] = null;
        region.TargetCount--;
        decoder.Position = -1;
        if (!decoder.Enabled)
            (decoder.Base, decoder.Size) = (default, default);
        region.Enabled = false;
    }
}
