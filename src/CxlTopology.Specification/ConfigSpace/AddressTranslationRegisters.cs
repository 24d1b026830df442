using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Address Translation Services extended capability, id 0xF: the function asks the host's IOMMU for translations, and keeps them.</summary>
public static class AddressTranslationRegisters
{
    /// <summary>Offset of the control register.</summary>
    public const int ControlOffset = 0x06;

    /// <summary>Of the control register: enable.</summary>
    public const uint EnableBit = 1 << 15;

    /// <summary>The id.</summary>
    public const ushort CapabilityId = 0x000F;

    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = PciExtendedCapability.NewMap(
        "Address Translation Services capability", 0x08, "PCI Express, Address Translation Services capability", id: CapabilityId, version: 1);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Invalidations that the function takes at once; 0 stands for 32.</summary>
    public static Field<byte> QueueDepth { get; } = Map.Field<byte>("Invalidate Queue Depth", 0x04, 4, 0, HwInit);

    /// <summary>It asks for whole pages.</summary>
    public static Field<bool> PageAligned { get; } = Map.Field<bool>("Page Aligned Request", 0x04, 5, 5, HwInit, true);

    /// <summary>The smallest translation it takes: 4 KiB times two to this power.</summary>
    public static Field<byte> SmallestUnit { get; } = Map.Field<byte>("Smallest Translation Unit", ControlOffset, 4, 0, RW);

    /// <summary>It may keep translations.</summary>
    public static Field<bool> Enable { get; } = Map.Field<bool>("Enable", ControlOffset, 15, 15, RW);
}
