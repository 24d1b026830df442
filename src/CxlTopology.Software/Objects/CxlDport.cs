using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A downstream port: a host bridge below the root, a root port below a host bridge, or a downstream port of a switch.</summary>
public sealed class CxlDport
{
    /// <summary>The port that it belongs to.</summary>
    public required CxlPort Port { get; init; }

    /// <summary>Its id: the UID of a host bridge, else the PCI Express port number (Link Capabilities 31:24). What target lists name.</summary>
    public required int Id { get; init; }

    /// <summary>Its name as <c>cxl list</c> has it: <c>pci0000:0c</c> below the root, else <c>0000:0c:00.0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its ACPI object (<c>ACPI0016:00</c>); null unless it is a host bridge.</summary>
    public string? FirmwareNode { get; init; }

    /// <summary>Its PCI function; null for a host bridge.</summary>
    public PciDevice? Function { get; init; }

    /// <summary>What ACPI says of the host bridge; null unless it is one.</summary>
    public HostBridgeResources? Bridge { get; init; }

    /// <summary>The address of its component registers; 0 until they were looked for (<see cref="CxlCore.FindRegisters"/>), or if they are not to be found.</summary>
    public ulong ComponentRegisters { get; internal set; }
}
