namespace CxlTopology.Software;

/// <summary>
/// The CXL core of an operating system: it finds ports, decoders and memory devices, and makes regions, as Linux does. It sees hardware through configuration space, MMIO and memory alone, so it runs in a
/// host as well as in a guest.
/// </summary>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="memory">Memory.</param>
/// <param name="clock">Time.</param>
/// <param name="platform">What ACPI says.</param>
public sealed class CxlCore(IConfigurationBus configuration, IMmioBus mmio, IMemoryBus memory, ISoftwareClock clock, CxlPlatform platform)
{
    /// <summary>Configuration space.</summary>
    public IConfigurationBus Configuration { get; } = configuration;

    /// <summary>Memory-mapped registers.</summary>
    public IMmioBus Mmio { get; } = mmio;

    /// <summary>Memory.</summary>
    public IMemoryBus Memory { get; } = memory;

    /// <summary>Time.</summary>
    public ISoftwareClock Clock { get; } = clock;

    /// <summary>What ACPI says.</summary>
    public CxlPlatform Platform { get; } = platform;

    /// <summary><c>root0</c>; null before the platform was probed.</summary>
    public CxlPort? Root { get; internal set; }

    /// <summary>Ports of host bridges, switches and endpoints, by id.</summary>
    public List<CxlPort> Ports { get; } = [];

    /// <summary>Memory devices by id.</summary>
    public List<CxlMemdev> Memdevs { get; } = [];

    /// <summary>Regions by id.</summary>
    public List<CxlRegion> Regions { get; } = [];

    /// <summary>What the kernel would have logged: warnings and errors, a sentence each.</summary>
    public List<string> Log { get; } = [];
}
