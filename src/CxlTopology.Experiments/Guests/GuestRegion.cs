using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>A region of a guest.</summary>
/// <param name="Name">As its CXL core names it.</param>
/// <param name="Device">The device, by its name in the file.</param>
/// <param name="Base">First guest-physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="HostAddress">Where its host has it; in a guest of a guest, the outer guest.</param>
public sealed record GuestRegion(string Name, string Device, Hpa Base, ByteSize Size, Hpa HostAddress);
