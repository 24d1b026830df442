namespace CxlTopology.Description;

/// <summary>A root port or a downstream switch port, its link, and what hangs on it: an endpoint, a switch or nothing.</summary>
public sealed record PortModel
{
    /// <summary>Name, unique in its bridge or switch.</summary>
    public required string Name { get; init; }

    /// <summary>PCIe port number, the value target lists use: 0 to 255, unique in its component (<c>CXT0402</c>).</summary>
    public required int Number { get; init; }

    /// <summary>The link below the port.</summary>
    public required LinkModel Link { get; init; }

    /// <summary>The endpoint on the link, or null.</summary>
    public EndpointModel? Endpoint { get; init; }

    /// <summary>The switch on the link, or null.</summary>
    public SwitchModel? Switch { get; init; }

    /// <summary>Nothing is attached: the link stays down.</summary>
    public bool IsEmpty => Endpoint is null && Switch is null;

    /// <summary>Where the port's name stands in the file.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>The endpoint's name while the file is being read.</summary>
    internal NameReference? EndpointReference { get; init; }
}
