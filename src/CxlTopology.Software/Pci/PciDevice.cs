using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A PCI function that enumeration found.</summary>
public sealed class PciDevice
{
    /// <summary>Where it is.</summary>
    public required Bdf Bdf { get; init; }

    /// <summary>Vendor (15:0) and device (31:16).</summary>
    public required uint Id { get; init; }

    /// <summary>Whether it is a bridge (header type 1): a root port or a switch port.</summary>
    public required bool IsBridge { get; init; }

    /// <summary>The bridge above it; null on a root bus.</summary>
    public PciDevice? Parent { get; init; }

    /// <summary>What lies on its secondary bus.</summary>
    public List<PciDevice> Children { get; } = [];

    /// <summary>Its memory BARs.</summary>
    public List<PciBar> Bars { get; } = [];

    /// <summary>Offset of the PCI Express capability; 0 if it has none.</summary>
    public int ExpressCapability { get; internal set; }

    /// <summary>The port number (Link Capabilities 31:24); 0 without a PCI Express capability.</summary>
    public byte PortNumber { get; internal set; }

    /// <summary>What kind of port it is (PCI Express Capabilities 7:4); an endpoint without a PCI Express capability.</summary>
    public PciExpressPortType PortType { get; internal set; }

    /// <summary>Of a bridge: the bus below it.</summary>
    public byte SecondaryBus { get; internal set; }

    /// <summary>Of a bridge: the last bus below it.</summary>
    public byte SubordinateBus { get; internal set; }

    /// <summary>Of a bridge: the first address of its prefetchable window.</summary>
    public ulong WindowBase { get; internal set; }

    /// <summary>Of a bridge: the first address past its prefetchable window; 0 while that is closed, or not known.</summary>
    public ulong WindowEnd { get; internal set; }

    /// <summary>Extended capabilities by id, with their offsets, in the order of the list.</summary>
    public List<(ushort Id, int Offset)> ExtendedCapabilities { get; } = [];

    /// <summary>CXL DVSECs by id, with their offsets, in the order of the list; null until somebody looks for one.</summary>
    internal IReadOnlyList<(uint Id, int Offset)>? CxlDvsecs { get; set; }
}
