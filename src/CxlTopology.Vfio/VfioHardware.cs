using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>The hardware as the host's software reaches it.</summary>
/// <param name="Configuration">Configuration space.</param>
/// <param name="Mmio">Memory-mapped registers.</param>
/// <param name="Memory">Memory.</param>
/// <param name="Clock">Time.</param>
/// <param name="Interrupts">Interrupts of devices; null of hardware that brings none.</param>
/// <param name="Translation">The IOMMU; null of hardware whose devices do not reach memory by themselves.</param>
public sealed record VfioHardware(
    IConfigurationBus Configuration, IMmioBus Mmio, IMemoryBus Memory, ISoftwareClock Clock, IInterruptBus? Interrupts = null, IDeviceTranslation? Translation = null);
