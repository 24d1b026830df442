namespace CxlTopology.Software;

/// <summary>What a port knows of a region that passes it: the decoder for it, and the endpoints that are reached through the port.</summary>
internal sealed class RegionReference
{
    private readonly List<(CxlEndpointDecoder Endpoint, CxlDport? Dport)> endpoints = [];

    public required CxlPort Port { get; init; }

    public required CxlRegion Region { get; init; }

    public required CxlDecoder Decoder { get; init; }

    /// <summary>How many endpoints are attached through the port.</summary>
    public int Endpoints => endpoints.Count;

    /// <summary>How many downstream ports lead to them.</summary>
    public int TargetCount { get; private set; }

    /// <summary>How many targets the geometry has placed in the decoder's list.</summary>
    public int TargetsPlaced { get; set; }

    public void Add(CxlEndpointDecoder endpoint, CxlDport? dport)
    {
        if (!LeadsTo(dport))
            TargetCount++;
        endpoints.Add((endpoint, dport));
    }

    public void Remove(CxlEndpointDecoder endpoint)
    {
        int index = endpoints.FindIndex(e => e.Endpoint == endpoint);
        if (index < 0)
            return;
        CxlDport? dport = endpoints[index].Dport;
        endpoints.RemoveAt(index);
        if (!LeadsTo(dport))
            TargetCount--;
    }

    private bool LeadsTo(CxlDport? dport)
    {
        foreach ((CxlEndpointDecoder Endpoint, CxlDport? Dport) other in endpoints)
        {
            if (other.Dport == dport)
                return true;
        }

        return false;
    }
}
