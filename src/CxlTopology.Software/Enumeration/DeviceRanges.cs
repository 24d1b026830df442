using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What the device DVSEC says of a device's memory when its driver comes.</summary>
/// <param name="MemEnabled">Whether CXL.mem was enabled before (control, Mem_Enable).</param>
/// <param name="Ranges">The ranges that are not empty: host address and size. Read only while memory is enabled.</param>
internal sealed record DeviceRanges(bool MemEnabled, IReadOnlyList<(Hpa Base, ByteSize Size)> Ranges);
