using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Where the registers of a component are.</summary>
/// <param name="Function">Its PCI function; null for a host bridge.</param>
/// <param name="HdmDecoders">The address of its HDM decoder capability; 0 if it has none, or its component registers are not to be found.</param>
/// <param name="DeviceDvsec">Offset of its CXL device DVSEC; 0 if it has none.</param>
public sealed record ComponentLocation(Bdf? Function, ulong HdmDecoders, int DeviceDvsec);
