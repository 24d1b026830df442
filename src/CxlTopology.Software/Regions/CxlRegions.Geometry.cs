using System.Numerics;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Ways, granularity and targets of every port that a region passes. That no port has more targets than its decoder holds was seen when each was attached.</summary>
public sealed partial class CxlRegions
{
    /// <summary>Works out every port on the way, position by position from the host bridge down. What was worked out is taken back if something does not fit.</summary>
    private static void SetUpTargets(CxlRegion region)
    {
        try
        {
            CheckOneKindOfTree(region);
            foreach (CxlEndpointDecoder? target in region.Targets)
            {
                foreach (CxlPort port in PathTo(target!.Port))
                    SetUpPort(port, region, target);
            }
        }
        catch (ErrnoException)
        {
            TearDownTargets(region);
            throw;
        }
    }

    private static void TearDownTargets(CxlRegion region)
    {
        foreach (CxlEndpointDecoder? target in region.Targets)
        {
            foreach (CxlPort port in target is null ? [] : PathTo(target.Port))
            {
                if (ReferenceOf(port, region) is not { } reference)
                    continue;
                reference.TargetsPlaced = 0;
                if (!region.IsAuto && !reference.Decoder.Enabled)
                    (reference.Decoder.Base, reference.Decoder.Size) = (default, default);
            }
        }
    }

    /// <summary>A device without a host bridge above it (of a restricted host) cannot be with others in a region.</summary>
    private static void CheckOneKindOfTree(CxlRegion region)
    {
        int restricted = region.Targets.Count(t => t!.Port.Parent!.Kind == CxlPortKind.Root);
        if (restricted > 0 && restricted < region.Targets.Count)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{region.Name} mixes {restricted} devices of a restricted host with {region.Targets.Count - restricted} below host bridges; all have to be of one kind");
        }
    }

    /// <summary>The ports above an endpoint, from the host bridge down.</summary>
    private static List<CxlPort> PathTo(CxlPort endpoint)
    {
        var path = new List<CxlPort>();
        for (CxlPort port = endpoint.Parent!; port.Kind != CxlPortKind.Root; port = port.Parent!)
            path.Add(port);
        path.Reverse();
        return path;
    }

    private static CxlDport DportTowards(CxlPort port, CxlPort endpoint)
    {
        CxlPort at = endpoint;
        while (at.Parent != port)
            at = at.Parent!;
        return at.ParentDport!;
    }

    private static void SetUpPort(CxlPort port, CxlRegion region, CxlEndpointDecoder target)
    {
        RegionReference reference = ReferenceOf(port, region)!;
        var decoder = (CxlSwitchDecoder)reference.Decoder;
        int ways = reference.TargetCount;
        if (!BitOperations.IsPow2(ways))
            throw new ErrnoException(Errno.EINVAL, $"{region.Name} has {ways} targets at {port.Name}, which is no power of two; only a window interleaves 3, 6 or 12 ways");
        CxlDport dport = DportTowards(port, target.Port);
        if (reference.TargetsPlaced > 0)
        {
            for (int i = 0; i < reference.TargetsPlaced; i++)
            {
                if (decoder.Targets[i] == dport)
                {
                    CheckPeer(port, region, target, dport);
                    return;
                }
            }
        }
        else
        {
            SetUpInterleave(port, region, reference, decoder);
        }

        AddTarget(region, reference, decoder, dport, target);
    }

    private static void SetUpInterleave(CxlPort port, CxlRegion region, RegionReference reference, CxlSwitchDecoder decoder)
    {
        int ways = reference.TargetCount;
        (int above, int aboveWays) = LevelAbove(port, region);
        long granularity = (long)above * aboveWays;
        if (granularity > InterleaveGranularity.All[^1] || !InterleaveGranularity.TryEncode((int)granularity, out _))
        {
            throw new ErrnoException(
                Errno.EINVAL, $"{port.Name} would need a granularity of {granularity} bytes for {region.Name} ({aboveWays} ways of {above} above it); {InterleaveGranularity.All[^1]} is the largest");
        }

        Interleave needed = Interleave.Of(ways, (int)granularity);
        if (!region.IsAuto || decoder.IsPassThrough)
        {
            CheckCapability(region, decoder, ways, (int)granularity);
            (decoder.Interleave, decoder.Base, decoder.Size) = (needed, region.Base, region.DecodedSize);
            decoder.Targets.Clear();
        }
        else
        {
            CheckProgrammed(region, decoder, needed);
        }
    }

    /// <summary>The granularity and ways that the level above a port selects by; three ways leave all address bits to the levels below.</summary>
    private static (int Granularity, int Ways) LevelAbove(CxlPort port, CxlRegion region)
    {
        CxlPort parent = port.Parent!;
        if (parent.Kind == CxlPortKind.Root)
        {
            int ways = region.Root.Interleave.Ways;
            return (region.Granularity, BitOperations.IsPow2(ways) ? ways : ways / 3);
        }

        Interleave above = ReferenceOf(parent, region)!.Decoder.Interleave;
        return (above.Granularity, above.Ways);
    }

    private static void CheckProgrammed(CxlRegion region, CxlSwitchDecoder decoder, Interleave needed)
    {
        bool fits = decoder.Interleave.Ways == needed.Ways
            && (needed.Ways == 1 || decoder.Interleave.Granularity == needed.Granularity)
            && decoder.Base == region.Base
            && decoder.Size == region.DecodedSize
            && decoder.Enabled;
        if (!fits)
        {
            throw new ErrnoException(
                Errno.ENXIO,
                $"{decoder.Name} is programmed with {decoder.Interleave.Ways} ways of {decoder.Interleave.Granularity} bytes for {decoder.Size} at {decoder.Base}{(decoder.Enabled ? "" : ", not committed")}; {region.Name} needs {needed.Ways} ways of {needed.Granularity} bytes for {region.DecodedSize} at {region.Base}");
        }
    }

    /// <summary>Two positions behind one target have to be the product of all ways above them apart.</summary>
    private static void CheckPeer(CxlPort port, CxlRegion region, CxlEndpointDecoder target, CxlDport dport)
    {
        int distance = region.Root.Interleave.Ways;
        for (CxlPort at = port; at.Kind != CxlPortKind.Root; at = at.Parent!)
            distance *= ReferenceOf(at, region)!.TargetCount;
        CxlMemdev memdev = DeviceMemory.MemdevOf(target);
        if (target.Position < distance)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{memdev.Name} at position {target.Position} of {region.Name} shares {dport.Name} of {port.Name} with a lower position; the first {distance} positions have to lie behind different ports");
        }

        CxlEndpointDecoder peer = region.Targets[target.Position - distance]!;
        CxlDport other = DportTowardsOrNull(port, peer.Port) ?? peer.Port.ParentDport!;
        if (other != dport)
        {
            throw new ErrnoException(
                Errno.ENXIO, $"{memdev.Name} at position {target.Position} of {region.Name} is behind {dport.Name} of {port.Name}; it has to share {other.Name} with {DeviceMemory.MemdevOf(peer).Name} at position {peer.Position}");
        }
    }

    private static CxlDport? DportTowardsOrNull(CxlPort port, CxlPort endpoint)
    {
        CxlPort? at = endpoint;
        while (at is not null && at.Parent != port)
            at = at.Parent;
        return at?.ParentDport;
    }

    private static void AddTarget(CxlRegion region, RegionReference reference, CxlSwitchDecoder decoder, CxlDport dport, CxlEndpointDecoder target)
    {
        int slot = reference.TargetsPlaced;
        if (!region.IsAuto || decoder.IsPassThrough)
        {
            if (slot == 0)
                decoder.Targets.Clear();
            decoder.Targets.Add(dport);
        }
        else if (slot >= decoder.Targets.Count || decoder.Targets[slot] != dport)
        {
            throw new ErrnoException(
                Errno.ENXIO,
                $"target {slot} of {decoder.Name} is {(slot < decoder.Targets.Count ? decoder.Targets[slot].Name : "no port")}; {region.Name} needs {dport.Name}, to {DeviceMemory.MemdevOf(target).Name} at position {target.Position}");
        }

        reference.TargetsPlaced++;
    }

    private void ReportPositions(CxlRegion region)
    {
        if (RegionRouting.Disagreements(region) is { Count: > 0 } wrong)
            core.Log.Add($"{region.Name}: position-mismatch: by the registers {string.Join(", ", wrong)}");
    }
}
