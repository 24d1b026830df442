using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Pages of an HDM-D device that its engine wants in a bias before an agent starts.</summary>
/// <param name="Base">First host address.</param>
/// <param name="Size">Length.</param>
/// <param name="Bias">The bias.</param>
public sealed record BiasRequest(Hpa Base, ByteSize Size, Bias Bias);
