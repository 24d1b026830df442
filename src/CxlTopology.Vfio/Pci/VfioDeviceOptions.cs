using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>How a device is passed through.</summary>
public sealed record VfioDeviceOptions
{
    /// <summary>Whose rules hold. <see cref="VfioDialect.RfcV2"/> by default.</summary>
    public VfioDialect Dialect { get; init; } = VfioDialect.RfcV2;

    /// <summary>Device memory that is declared to the CXL core: 256 MiB in rfc-v2-as-posted whatever this says, else all that the device's DVSEC ranges say, by default.</summary>
    public ByteSize? Capacity { get; init; }

    /// <summary>Bytes of the region that is made when the device is opened and firmware committed none. All of the capacity by default.</summary>
    public ByteSize? RegionSize { get; init; }

    /// <summary>Other functions that the region is interleaved with, as a whole: its next ways. None by default.</summary>
    public IReadOnlyList<Software.PciDevice> InterleaveWith { get; init; } = [];

    /// <summary>The region may be cached by processors, and is reached by lines of 64 bytes; otherwise by naturally aligned pieces of at most 8 bytes. It may by default.</summary>
    public bool IsCached { get; init; } = true;

    /// <summary>Device memory is used without waiting for it to be active. Not by default.</summary>
    public bool SkipsMediaReady { get; init; }

    /// <summary>How long memory may take to be active. 60 s, Linux's default, by default.</summary>
    public SimDuration MediaReadyTimeout { get; init; } = SimDuration.FromSeconds(60);

    /// <summary>In dialect v3: vfio-pci leaves CXL alone, and passes the device through as a PCI device. Not by default.</summary>
    public bool DisablesCxl { get; init; }

    /// <summary>How VFIO_DEVICE_PCI_HOT_RESET resets the bus: by <see cref="Software.PciResetMethod.Bus"/>, which CXL ports mask unless told otherwise (ENOTTY), as the kernel does and by default; or by <see cref="Software.PciResetMethod.CxlBus"/>.</summary>
    public Software.PciResetMethod HotReset { get; init; } = Software.PciResetMethod.Bus;

    /// <summary>What is done with the data of the last user. <see cref="VfioScrub.Automatic"/> by default.</summary>
    public VfioScrub Scrub { get; init; } = VfioScrub.Automatic;

    /// <summary>The hole in the isolation that a test wants.</summary>
    internal VfioFault Fault { get; init; }
}
