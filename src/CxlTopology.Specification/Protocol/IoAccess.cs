using System.Collections.Immutable;

namespace CxlTopology.Specification;

/// <summary>A register read or write by software, on its way through the fabric to the component that owns the register.</summary>
/// <param name="Route">The port to take in each component from the host on; the component after the last one is meant.</param>
/// <param name="Space">Which registers.</param>
/// <param name="Offset">Bytes from the start of the space; a multiple of 4, or of 2 in a DVSEC.</param>
/// <param name="Value">What is written.</param>
/// <param name="IsWrite">Whether it is a write.</param>
public sealed record IoAccess(ImmutableArray<ushort> Route, RegisterSpace Space, int Offset, uint Value, bool IsWrite);
