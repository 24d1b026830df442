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
        CxlDecoder found = FindDecoder(decoder) ?? throw new ErrnoException(Errno.ENODEV, $"there is no {decoder} to be target{position} of {region.Name}");
        if (found is not CxlEndpointDecoder endpoint)
            throw new ErrnoException(Errno.EINVAL, $"{decoder} belongs to {found.Port.Name}; target{position} of {region.Name} has to be a decoder of an endpoint");
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
            throw new ErrnoException(Errno.EINVAL, $"{decoder.Name} cannot be target{position} of {region.Name}: that was assembled from what firmware committed, and takes no explicit positions");
        if (position < 0 || position >= region.Ways)
            throw new ErrnoException(Errno.ENXIO, $"target{position} of {region.Name} does not exist; it has targets 0 to {region.Ways - 1}");
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
            throw new ErrnoException(Errno.ENXIO, $"target{position} of {region.Name} does not exist; it has {region.Ways} ways");
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

    private static void Place(CxlRegion region, int position, CxlEndpointDecoder decoder)
    {
        region.Targets[position] = decoder;
        decoder.Position = position;
        region.TargetCount++;
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
        decoder.Region = null; // one that waited for others was not its port's yet
        if (!decoder.Enabled)
            (decoder.Base, decoder.Size) = (default, default);
        region.Enabled = false;
    }
}
