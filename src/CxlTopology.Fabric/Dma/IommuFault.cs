using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A request of a device that was refused.</summary>
/// <param name="At">When.</param>
/// <param name="Requester">Who made it (<see cref="MessageInterrupt.RequesterOf"/>).</param>
/// <param name="Iova">Its I/O virtual address.</param>
/// <param name="IsWrite">Whether it was a write.</param>
/// <param name="HasSpace">Whether the requester had an address space at all.</param>
public sealed record IommuFault(SimTime At, uint Requester, ulong Iova, bool IsWrite, bool HasSpace);
