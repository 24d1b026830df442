namespace CxlTopology.Specification;

/// <summary>What a function is, as its PCI Express capability encodes it.</summary>
public enum PciExpressPortType : byte
{
    /// <summary>An endpoint.</summary>
    Endpoint = 0,

    /// <summary>A root port.</summary>
    RootPort = 4,

    /// <summary>The upstream port of a switch.</summary>
    UpstreamPort = 5,

    /// <summary>A downstream port of a switch.</summary>
    DownstreamPort = 6,

    /// <summary>A root complex event collector.</summary>
    EventCollector = 10,
}
