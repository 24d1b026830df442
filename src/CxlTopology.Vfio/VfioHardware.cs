using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>The hardware as the host's software reaches it.</summary>
/// <param name="Configuration">Configuration space.</param>
/// <param name="Mmio">Memory-mapped registers.</param>
/// <param name="Memory">Memory.</param>
/// <param name="Clock">Time.</param>
public sealed record VfioHardware(IConfigurationBus Configuration, IMmioBus Mmio, IMemoryBus Memory, ISoftwareClock Clock);
