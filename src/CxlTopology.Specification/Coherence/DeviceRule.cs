namespace CxlTopology.Specification;

/// <summary>What a device with coherent memory does to its own cache before it serves a request of CXL.mem.</summary>
/// <param name="Snoop">The request's snoop type.</param>
/// <param name="Held">The state of the line in the device's cache.</param>
/// <param name="Kept">The state afterwards.</param>
/// <param name="Answers">Whether the cache's data answers a read, being newer than memory's.</param>
/// <param name="WritesMemory">Whether the cache's data is written to the device's memory.</param>
public sealed record DeviceRule(SnoopType Snoop, LineState Held, LineState Kept, bool Answers, bool WritesMemory);
