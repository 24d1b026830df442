using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The addresses a workload goes to.</summary>
/// <param name="Base">First host address.</param>
/// <param name="Size">Number of bytes; not 0.</param>
/// <param name="Region">The region named, or null.</param>
/// <param name="Window">The window named, or null.</param>
public sealed record WorkloadTarget(Hpa Base, ByteSize Size, RegionModel? Region, WindowModel? Window);
