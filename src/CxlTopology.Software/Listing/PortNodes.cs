namespace CxlTopology.Software;

/// <summary>The root, ports, endpoints and their downstream ports as nodes of a listing.</summary>
internal static class PortNodes
{
    public static ListingObject BusOf(CxlPort root) => new ListingObject().Add("bus", root.Name).Add("provider", root.Host);

    public static ListingObject PortOf(CxlPort port) => Of(port, "port");

    public static ListingObject EndpointOf(CxlPort port) => Of(port, "endpoint");

    /// <summary>Adds the downstream ports, those alone that lead to the memory devices asked for.</summary>
    public static void AddDports(ListingObject node, CxlPort port, ListingOptions options, MemdevSelection selection)
    {
        if (!options.Targets || port.Dports.Count == 0)
            return;
        var dports = new ListingArray();
        foreach (CxlDport dport in port.Dports.OrderBy(d => d.Id))
        {
            if (!selection.Includes(dport))
                continue;
            var entry = new ListingObject().Add("dport", dport.Name);
            if (dport.FirmwareNode is { } alias)
                entry.Add("alias", alias);
            dports.Items.Add(entry.AddHexadecimal("id", (uint)dport.Id));
        }

        node.Add("nr_dports", port.Dports.Count).Add("dports", dports);
    }

    private static ListingObject Of(CxlPort port, string key)
    {
        ListingObject node = new ListingObject().Add(key, port.Name).Add("host", port.Host);
        // Below the root it is a host bridge: what it hangs on is the host bridge itself.
        if (port.ParentDport is { } above && port.Parent is { Kind: not CxlPortKind.Root })
            node.Add("parent_dport", above.Name);
        node.Add("depth", port.Depth);
        if (!port.Enabled)
            node.Add("state", "disabled");
        return node.Add("decoders_committed", port.CommitEnd + 1);
    }
}
