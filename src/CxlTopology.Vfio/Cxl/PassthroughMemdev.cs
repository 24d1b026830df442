using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A memory device of the host's core.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Function">Its function.</param>
/// <param name="Capacity">What was declared.</param>
/// <param name="Handle">The core's own object.</param>
public sealed record PassthroughMemdev(string Name, PciDevice Function, ByteSize Capacity, object? Handle = null);
