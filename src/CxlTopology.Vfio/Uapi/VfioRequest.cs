namespace CxlTopology.Vfio;

/// <summary>The requests (ioctls) of VFIO and of iommufd, by their numbers.</summary>
/// <remarks>Type 0x3B (';'), numbered from 100, without size or direction in the number. What a number means depends on the kind of file: container and device share 12 to 17.</remarks>
public static class VfioRequest
{
    /// <summary>The number of request 0.</summary>
    public const uint Base = 0x3B << 8 | 100;

    /// <summary>Container: the version of the interface, 0.</summary>
    public const uint GetApiVersion = Base;

    /// <summary>Container: whether it can do something; 1 and 3 are the IOMMU types.</summary>
    public const uint CheckExtension = Base + 1;

    /// <summary>Container: chooses the IOMMU type.</summary>
    public const uint SetIommu = Base + 2;

    /// <summary>Group: whether it is viable.</summary>
    public const uint GroupGetStatus = Base + 3;

    /// <summary>Group: puts it into a container.</summary>
    public const uint GroupSetContainer = Base + 4;

    /// <summary>Group: takes it out again.</summary>
    public const uint GroupUnsetContainer = Base + 5;

    /// <summary>Group: opens a device by its name.</summary>
    public const uint GroupGetDeviceFd = Base + 6;

    /// <summary>Device: what it is.</summary>
    public const uint DeviceGetInfo = Base + 7;

    /// <summary>Device: a region of it.</summary>
    public const uint DeviceGetRegionInfo = Base + 8;

    /// <summary>Device: an interrupt index of it.</summary>
    public const uint DeviceGetIrqInfo = Base + 9;

    /// <summary>Device: arms, fires, masks interrupts.</summary>
    public const uint DeviceSetIrqs = Base + 10;

    /// <summary>Device: resets it.</summary>
    public const uint DeviceReset = Base + 11;

    /// <summary>Device: what a hot reset of its bus would take with it.</summary>
    public const uint DeviceGetPciHotResetInfo = Base + 12;

    /// <summary>Device: a hot reset of its bus.</summary>
    public const uint DevicePciHotReset = Base + 13;

    /// <summary>Device: an event that writes a register.</summary>
    public const uint DeviceIoeventfd = Base + 16;

    /// <summary>Device: optional features.</summary>
    public const uint DeviceFeature = Base + 17;

    /// <summary>Character device: binds it to an iommufd.</summary>
    public const uint DeviceBindIommufd = Base + 18;

    /// <summary>Character device: gives it an I/O address space.</summary>
    public const uint DeviceAttachIommufdPt = Base + 19;

    /// <summary>Character device: takes the I/O address space away.</summary>
    public const uint DeviceDetachIommufdPt = Base + 20;

    /// <summary>Container: what the IOMMU can do.</summary>
    public const uint IommuGetInfo = Base + 12;

    /// <summary>Container: maps memory for devices.</summary>
    public const uint IommuMapDma = Base + 13;

    /// <summary>Container: unmaps it.</summary>
    public const uint IommuUnmapDma = Base + 14;

    /// <summary>iommufd: destroys an object.</summary>
    public const uint IommuDestroy = 0x3B << 8 | 0x80;

    /// <summary>iommufd: makes an I/O address space.</summary>
    public const uint IommuIoasAlloc = 0x3B << 8 | 0x81;

    /// <summary>iommufd: maps memory.</summary>
    public const uint IommuIoasMap = 0x3B << 8 | 0x85;

    /// <summary>iommufd: unmaps memory.</summary>
    public const uint IommuIoasUnmap = 0x3B << 8 | 0x86;
}
