using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What ACPI tells an operating system of a CXL platform.</summary>
/// <param name="Cedt">The CEDT, as bytes.</param>
/// <param name="Bridges">The host bridges (ACPI0016) by their UID, in the order of the namespace: buses, MMIO, component registers.</param>
public sealed record CxlPlatform(ReadOnlyMemory<byte> Cedt, IReadOnlyList<(int Uid, HostBridgeResources Resources)> Bridges)
{
    /// <summary>Whether the platform can invalidate CPU caches for a range of addresses, which regions need before they are committed and decommitted. True by default.</summary>
    public bool InvalidatesCaches { get; init; } = true;

    /// <summary>Whether there are caches to invalidate: of the host, or of devices that cache its memory. Without, an invalidation is nothing to wait for. False by default.</summary>
    public bool HasCaches { get; init; }

    /// <summary>Quality of service; null, the default, on a platform that says nothing of it: the classes of memory devices are not known then, and their CDATs not read before somebody asks.</summary>
    public IQosPlatform? Qos { get; init; }
}
