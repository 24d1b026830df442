using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A region that is made at boot.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Window">The fixed memory window it lies in.</param>
/// <param name="Base">Where it starts.</param>
/// <param name="Size">Its length.</param>
/// <param name="Granularity">Bytes to one endpoint before the next.</param>
/// <param name="Endpoints">The endpoints by position.</param>
/// <param name="Persistent">Whether it takes persistent memory.</param>
public sealed record RegionPlan(string Name, FixedMemoryWindow Window, Hpa Base, ByteSize Size, int Granularity, IReadOnlyList<PlatformNode> Endpoints, bool Persistent);
