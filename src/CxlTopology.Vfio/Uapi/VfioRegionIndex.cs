namespace CxlTopology.Vfio;

/// <summary>The fixed regions of a VFIO PCI device. What a driver adds has index <see cref="FirstDeviceRegion"/> and up.</summary>
public static class VfioRegionIndex
{
    /// <summary>BAR 0; BARs 1 to 5 follow.</summary>
    public const int Bar0 = 0;

    /// <summary>The expansion ROM.</summary>
    public const int Rom = 6;

    /// <summary>Configuration space.</summary>
    public const int Config = 7;

    /// <summary>Legacy VGA ranges.</summary>
    public const int Vga = 8;

    /// <summary>The first region that a driver adds.</summary>
    public const int FirstDeviceRegion = 9;

    /// <summary>Bits of an offset in the device's file that are an offset in a region; the index is above them.</summary>
    public const int OffsetBits = 40;
}
