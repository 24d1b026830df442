using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A region of the host's core.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Base">First host address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Ways">Over how many devices it is interleaved.</param>
/// <param name="Handle">The core's own object.</param>
/// <param name="IsOfFirmware">Firmware committed it; otherwise the host made it, for itself or for this.</param>
public sealed record PassthroughRegion(string Name, Hpa Base, ByteSize Size, int Ways = 1, object? Handle = null, bool IsOfFirmware = true);
