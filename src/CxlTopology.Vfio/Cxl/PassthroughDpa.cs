using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>Device memory that was taken for a region.</summary>
/// <param name="Memdev">Whose.</param>
/// <param name="Base">First device address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Handle">The core's own object.</param>
public sealed record PassthroughDpa(PassthroughMemdev Memdev, Dpa Base, ByteSize Size, object? Handle = null);
