using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A partition of a device's memory.</summary>
/// <param name="IsPersistent">PMEM instead of RAM.</param>
/// <param name="Base">First device address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="QosClass">The QoS throttling group of its performance, -1 if not known.</param>
public sealed record CxlPartition(bool IsPersistent, Dpa Base, ByteSize Size, int QosClass);
