namespace CxlTopology.Vfio;

/// <summary>What a device says of itself in its device info.</summary>
[Flags]
public enum VfioDeviceFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It can be reset.</summary>
    Reset = 1,

    /// <summary>It is a PCI device.</summary>
    Pci = 2,

    /// <summary>Capabilities follow, or would with more room.</summary>
    Caps = 0x80,

    /// <summary>It is a CXL device: a capability <see cref="VfioCapability.CxlDevice"/> says where its registers are.</summary>
    Cxl = 0x200,
}
