using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Whether a decoder can be a target of a region.</summary>
public sealed partial class CxlRegions
{
    /// <summary>Whether a decoder suits a region, wherever it is placed. The host bridge that it is behind.</summary>
    private static CxlDport CheckFit(CxlRegion region, CxlEndpointDecoder decoder)
    {
        CheckCapability(region, decoder, region.Ways, region.Granularity);
        CxlMemdev memdev = DeviceMemory.MemdevOf(decoder);
        if (decoder.Partition < 0)
            throw new ErrnoException(Errno.ENODEV, $"{decoder.Name} of {memdev.Name} has no partition: its mode has to be {DeviceMemory.ModeName(region.IsPersistent)} for {region.Name}");
        bool isPersistent = memdev.Partitions[decoder.Partition].IsPersistent;
        if (isPersistent != region.IsPersistent)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"{decoder.Name} has {DeviceMemory.ModeName(isPersistent)} of {memdev.Name}; {region.Name} takes {DeviceMemory.ModeName(region.IsPersistent)}");
        }

        if (region.State > CxlRegionState.InterleaveActive)
            throw new ErrnoException(Errno.EBUSY, $"{region.Name} has all of its {region.Ways} targets, and takes {decoder.Name} after one is detached");
        if (region.State < CxlRegionState.InterleaveActive)
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} has no size yet; that has to be set before {decoder.Name} is attached");
        if (region.TargetCount >= region.Ways)
            throw new ErrnoException(Errno.EINVAL, $"all {region.Ways} positions of {region.Name} are taken; {decoder.Name} can be attached after a target is detached");
        CxlDport? bridge = BridgeOf(decoder.Port);
        if (bridge is null || !region.Root.Targets.Contains(bridge))
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{memdev.Name} is behind {bridge?.Name ?? "no host bridge"}; {region.Root.Name} leads to {string.Join(", ", region.Root.Targets.Select(t => t.Name))}");
        }

        if (decoder.TargetType != region.TargetType)
            throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} of {memdev.Name} is {NameOf(decoder.TargetType)}; {region.Name} is {NameOf(region.TargetType)}");
        if (decoder.DpaSize.Bytes == 0)
            throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} has no device memory; it needs {new ByteSize(region.Size.Bytes / (ulong)region.Ways)} for {region.Name}");
        if (decoder.DpaSize.Bytes * (ulong)region.Ways != region.DecodedSize.Bytes)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"dpa_size {decoder.DpaSize} of {decoder.Name} times {region.Ways} ways is not the {region.Size} of {region.Name}; {new ByteSize(region.Size.Bytes / (ulong)region.Ways)} would be");
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
                throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} is a range of the device DVSEC, which has 1 way; {region.Name} has {ways}");
            return;
        }

        uint word = port.Capability.Word;
        if (!port.Capability.SupportsWays(ways))
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{decoder.Name} cannot interleave {ways} ways for {region.Name}: HDM decoder capability 0x{word:x8} of {port.Name} lacks {(ways == 16 ? "bit 12 (16 ways)" : "bit 11 (3, 6 and 12 ways)")}");
        }

        if (!port.Capability.SupportsAddressBitsOf(Interleave.Of(ways, granularity)))
        {
            throw new ErrnoException(
                Errno.ENXIO,
                $"{decoder.Name} cannot interleave {ways} ways of {granularity} bytes for {region.Name}: HDM decoder capability 0x{word:x8} of {port.Name} selects by address bits 0x{port.Capability.InterleaveAddressBits:x} (bit 8: 11 to 8, bit 9: 14 to 12)");
        }
    }

    private static void CheckFree(CxlRegion region, int position, CxlEndpointDecoder decoder)
    {
        if (region.Targets[position] is { } taken)
            throw new ErrnoException(Errno.EBUSY, $"target{position} of {region.Name} is {taken.Name}; that has to be detached before {decoder.Name} is attached");
        CxlMemdev memdev = DeviceMemory.MemdevOf(decoder);
        if (region.Targets.Find(t => t is not null && t.Port == decoder.Port) is { } same)
            throw new ErrnoException(Errno.EBUSY, $"{memdev.Name} is in {region.Name} already, at position {same.Position} by {same.Name}; a device takes part once");
    }
}
