namespace CxlTopology.Specification;

/// <summary>Latency and bandwidth of memory or of a way to it. In each of the four, 0 says that nothing is known.</summary>
/// <param name="ReadLatencyPs">Latency of a read, in picoseconds.</param>
/// <param name="WriteLatencyPs">Latency of a write, in picoseconds.</param>
/// <param name="ReadBandwidthMBps">Bandwidth of reads, in MB/s.</param>
/// <param name="WriteBandwidthMBps">Bandwidth of writes, in MB/s.</param>
public readonly record struct MemoryPerformance(
    uint ReadLatencyPs, uint WriteLatencyPs, uint ReadBandwidthMBps, uint WriteBandwidthMBps)
{
    /// <summary>The same with one figure of a table taken over; unchanged if the type is unknown.</summary>
    internal MemoryPerformance With(CdatDataType type, uint value) => type switch
    {
        CdatDataType.AccessLatency => this with { ReadLatencyPs = value, WriteLatencyPs = value },
        CdatDataType.ReadLatency => this with { ReadLatencyPs = value },
        CdatDataType.WriteLatency => this with { WriteLatencyPs = value },
        CdatDataType.AccessBandwidth => this with { ReadBandwidthMBps = value, WriteBandwidthMBps = value },
        CdatDataType.ReadBandwidth => this with { ReadBandwidthMBps = value },
        CdatDataType.WriteBandwidth => this with { WriteBandwidthMBps = value },
        _ => this,
    };
}
