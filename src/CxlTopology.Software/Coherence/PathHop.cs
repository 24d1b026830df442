using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>One port on the way of coherence messages from a device to its host bridge, with what has the route tables above it.</summary>
/// <param name="Port">The port that faces down: a downstream port of a switch, or a root port.</param>
/// <param name="Registers">Its registers.</param>
/// <param name="Table">The registers of the upstream port or host bridge that it belongs to.</param>
/// <param name="TableName">That component's name.</param>
/// <param name="IsWide">Whether its link has 256-byte flits.</param>
internal sealed record PathHop(PciDevice Port, ComponentLocation Registers, ComponentLocation Table, string TableName, bool IsWide);
