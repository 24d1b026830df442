using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Host addresses of a region as device addresses, and back.</summary>
/// <remarks>The arithmetic is Linux's; the position of a device is the one that the registers give it (<see cref="RegionRouting"/>), so that an answer is where the data are.</remarks>
public static class RegionTranslation
{
    /// <summary>The host address of a device address.</summary>
    /// <param name="region">With all its targets.</param>
    /// <param name="memdev">A device that takes part in it.</param>
    /// <param name="dpa">A device address.</param>
    /// <returns>Null if the device is not in the region, or does not have the address there.</returns>
    public static Hpa? ToHost(CxlRegion region, CxlMemdev memdev, Dpa dpa)
    {
        CxlEndpointDecoder? decoder = region.Targets.Find(t => t?.Port.Memdev == memdev);
        if (decoder is null || region.Ways == 0 || dpa.Value - decoder.DpaBase.Value >= decoder.DpaSize.Bytes)
            return null;
        var interleave = Interleave.Of(region.Ways, region.Granularity);
        int position = IndexOf(PositionsOf(region), decoder.Position);
        if (position < 0 || !interleave.TryHostOffsetOf(position, dpa.Value - decoder.DpaBase.Value, out ulong offset))
            return null;
        ulong address = region.Base.Value + offset;
        if (RegionRouting.MapsOf(region) is { } maps)
            address = maps.Transform(address);
        return address - region.Base.Value < region.Size.Bytes ? new Hpa(address) : null;
    }

    /// <summary>The device, and its address, of a host address.</summary>
    /// <param name="region">With all its targets.</param>
    /// <param name="hpa">A host address.</param>
    /// <returns>Null if the address is not the region's.</returns>
    public static (CxlEndpointDecoder Decoder, Dpa Dpa)? ToDevice(CxlRegion region, Hpa hpa)
    {
        ulong address = hpa.Value;
        if (region.Ways == 0 || address - region.Base.Value >= region.Size.Bytes)
            return null;
        if (RegionRouting.MapsOf(region) is { } maps)
            address = maps.Transform(address);
        ulong offset = address - region.Base.Value;
        var interleave = Interleave.Of(region.Ways, region.Granularity);
        int target = PositionsOf(region)[interleave.PositionOf(offset)];
        if (target < 0 || region.Targets[target] is not { } decoder)
            return null;
        return (decoder, new Dpa(decoder.DpaBase.Value + interleave.DeviceOffsetOf(offset)));
    }

    private static IReadOnlyList<int> PositionsOf(CxlRegion region) => region.TargetCount == region.Ways ? RegionRouting.Positions(region) : [.. Enumerable.Range(0, region.Ways)];

    private static int IndexOf(IReadOnlyList<int> positions, int position)
    {
        for (int i = 0; i < positions.Count; i++)
        {
            if (positions[i] == position)
                return i;
        }

        return -1;
    }
}
