namespace CxlTopology.Specification;

/// <summary>Latency and bandwidth of the way between two ports of a switch, the same in both directions.</summary>
/// <param name="PortX">Number of a downstream port, 0 to 255, or <see cref="Sslbis.UpstreamPort"/>.</param>
/// <param name="PortY">Number of another downstream port.</param>
/// <param name="LatencyPs">In picoseconds, 1 to <see cref="CdatScale.ValueMax"/>.</param>
/// <param name="BandwidthMBps">In MB/s, 1 to <see cref="CdatScale.ValueMax"/>.</param>
public readonly record struct SwitchPath(ushort PortX, ushort PortY, uint LatencyPs, uint BandwidthMBps);
