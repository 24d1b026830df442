using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A range of host addresses of which some are a device's memory: a region that it is part of.</summary>
/// <remarks>
/// The device tells its lines by their addresses alone: those whose granule falls to its place, after the XOR maps of the window if that has any. Its decoder then
/// has the same lines at the same device addresses as when the host sends them.
/// </remarks>
/// <param name="Base">First host address.</param>
/// <param name="Size">Length.</param>
/// <param name="Interleave">Ways and granularity.</param>
/// <param name="Position">The device's place.</param>
/// <param name="Maps">The XOR maps of the window; null of one with modulo arithmetic.</param>
public sealed record OwnMemoryRange(Hpa Base, ByteSize Size, Interleave Interleave, int Position, XorMaps? Maps = null)
{
    /// <summary>Whether a line of host memory is the device's.</summary>
    public bool Holds(ulong hpa)
    {
        if (hpa - Base.Value >= Size.Bytes)
            return false;
        return Interleave.Ways == 1 || Interleave.PositionOf((Maps?.Transform(hpa) ?? hpa) - Base.Value) == Position;
    }
}
