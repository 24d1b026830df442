using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A range of host addresses of which some are a device's memory: a region that it is part of, by modulo arithmetic.</summary>
/// <param name="Base">First host address.</param>
/// <param name="Size">Length.</param>
/// <param name="Interleave">Ways and granularity.</param>
/// <param name="Position">The device's place.</param>
public sealed record OwnMemoryRange(Hpa Base, ByteSize Size, Interleave Interleave, int Position)
{
    /// <summary>Whether a line of host memory is the device's.</summary>
    public bool Holds(ulong hpa)
    {
        ulong offset = hpa - Base.Value;
        return offset < Size.Bytes && (Interleave.Ways == 1 || Interleave.PositionOf(offset) == Position);
    }
}
