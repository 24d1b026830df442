namespace CxlTopology.Specification;

/// <summary>One figure of a <see cref="Sslbis"/>: that of the way between two ports of a switch.</summary>
/// <param name="PortX">A downstream port's number, <see cref="Sslbis.UpstreamPort"/> or <see cref="Sslbis.AnyPort"/>.</param>
/// <param name="PortY">The other end, the same.</param>
/// <param name="Value">The figure in base units: 1 to 65534. 0 and 65535 say that there is none.</param>
public readonly record struct SslbisEntry(ushort PortX, ushort PortY, ushort Value);
