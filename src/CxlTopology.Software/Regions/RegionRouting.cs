using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Where the addresses of a region really go: the window and the ports' decoders followed from the top, as the hardware does it, instead of what positions say.</summary>
/// <remarks>
/// A window, and every port, selects by the absolute address. Software fills the target lists of ports in the order of positions, which below a window of 3, 6 or 12 ways, or with a base that is no multiple of 768 MiB, is not
/// always where the addresses go: the data are one-to-one all the same, and only who has which address differs.
/// </remarks>
public static class RegionRouting
{
    /// <summary>For each granule of the first stripe, the position of the decoder that gets it; -1 if none of the region does.</summary>
    /// <param name="region">With all its targets.</param>
    public static IReadOnlyList<int> Positions(CxlRegion region)
    {
        var below = new Dictionary<CxlDport, CxlPort>();
        var attached = new Dictionary<CxlPort, CxlEndpointDecoder>();
        foreach (CxlEndpointDecoder? target in region.Targets)
        {
            if (target is null)
                continue;
            attached.Add(target.Port, target);
            for (CxlPort port = target.Port; port.ParentDport is { } dport; port = port.Parent!)
                below[dport] = port;
        }

        int[] positions = new int[region.Ways];
        for (int granule = 0; granule < positions.Length; granule++)
            positions[granule] = Follow(region, AddressOf(region, granule), below, attached)?.Position ?? -1;
        return positions;
    }

    /// <summary>What is not where positions say, a phrase each; empty if all is.</summary>
    internal static IReadOnlyList<string> Disagreements(CxlRegion region)
    {
        IReadOnlyList<int> positions = Positions(region);
        var wrong = new List<string>();
        for (int granule = 0; granule < positions.Count; granule++)
        {
            if (positions[granule] != granule)
                wrong.Add($"position {granule} (0x{AddressOf(region, granule):x}) is {NameAt(region, positions[granule])}, not {NameAt(region, granule)}");
        }

        return wrong;
    }

    internal static XorMaps? MapsOf(CxlRegion region) =>
        region.Root.Window is { Arithmetic: InterleaveArithmetic.Xor, XorMaps: { } maps } ? maps : null;

    private static string NameAt(CxlRegion region, int position) => position < 0 ? "nobody" : region.Targets[position]!.Port.Memdev!.Name;

    private static ulong AddressOf(CxlRegion region, int granule)
    {
        ulong address = region.Base.Value + (ulong)granule * (ulong)region.Granularity;
        return MapsOf(region)?.Transform(address) ?? address;
    }

    private static CxlEndpointDecoder? Follow(
        CxlRegion region, ulong address, Dictionary<CxlDport, CxlPort> below, Dictionary<CxlPort, CxlEndpointDecoder> attached)
    {
        int index = region.Root.Window.TargetIndexOf(address);
        if (index >= region.Root.Targets.Count)
            return null;
        CxlDport dport = region.Root.Targets[index];
        while (below.TryGetValue(dport, out CxlPort? port))
        {
            if (attached.TryGetValue(port, out CxlEndpointDecoder? target))
                return target;
            if (port.Decoders.Find(d => d.Region == region) is not CxlSwitchDecoder decoder)
                return null;
            int slot = decoder.Interleave.TargetOf(address);
            if (slot >= decoder.Targets.Count)
                return null;
            dport = decoder.Targets[slot];
        }

        return null;
    }
}
