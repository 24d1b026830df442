namespace CxlTopology.Specification;

/// <summary>What the configuration space of a port is built from. Equal options share one layout.</summary>
public sealed record PortConfigSpaceOptions
{
    /// <summary>Root port, upstream port or downstream port.</summary>
    public required ComponentRole Role { get; init; }

    /// <summary>What it says it is; a bridge whatever the class code. Vendor 0x1E98 and a device ID a role by default.</summary>
    public PciIdentity? Identity { get; init; }

    /// <summary>Its link.</summary>
    public PciLinkOptions Link { get; init; } = new();

    /// <summary>It can carry CXL.cache. By default.</summary>
    public bool CacheCapable { get; init; } = true;

    /// <summary>It can carry multi-logical devices. Not by default.</summary>
    public bool MldCapable { get; init; }

    /// <summary>The slot below can be filled while the system runs. Not by default; of no meaning in an upstream port.</summary>
    public bool HotPlug { get; init; }

    /// <summary>It has a data object exchange, for CDAT. Of upstream ports only; by default there.</summary>
    public bool DataObjectExchange { get; init; } = true;

    /// <summary>It is one of several functions of its device. Not by default.</summary>
    public bool MultiFunction { get; init; }
}
