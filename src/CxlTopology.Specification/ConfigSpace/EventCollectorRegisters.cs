using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Root Complex Event Collector Endpoint Association extended capability, id 7, version 2: whose events it collects.</summary>
/// <remarks>Of no integrated endpoint, and of no other bus: what is associated with it ACPI says (<see cref="RdpasStructure"/>).</remarks>
public static class EventCollectorRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = PciExtendedCapability.NewMap(
        "Root Complex Event Collector Endpoint Association capability",
        0x0C,
        "PCI Express, Root Complex Event Collector Endpoint Association capability",
        id: 0x0007,
        version: 2);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Bit n: the integrated endpoint that is device n of its bus. None.</summary>
    public static Field<uint> Endpoints { get; } = Map.Field<uint>("Association Bitmap for RCiEPs", 0x04, 31, 0, HwInit);

    /// <summary>First of the buses whose integrated endpoints belong to it; above the last: none.</summary>
    public static Field<byte> FirstBus { get; } = Map.Field<byte>("RCEC Next Bus", 0x08, 15, 8, HwInit, resetValue: 0xFF);

    /// <summary>Last of them.</summary>
    public static Field<byte> LastBus { get; } = Map.Field<byte>("RCEC Last Bus", 0x08, 23, 16, HwInit);
}
